"""Closes the network for child processes of tests: only this machine itself can be reached."""

import ipaddress
import socket
from typing import Any

_connect, _connect_ex, _sendto = (
    socket.socket.connect,
    socket.socket.connect_ex,
    socket.socket.sendto,
)


class NetworkClosedError(RuntimeError):
    """A test reached for the network."""


def _stay_here(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a Unix socket
    host = str(address[0]).partition("%")[0]
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        raise NetworkClosedError(f"a test tried to reach {host}")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _stay_here(address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _stay_here(address)
    return _connect_ex(self, address)


def _guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
    _stay_here(rest[-1])
    return _sendto(self, data, *rest)


socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]
socket.socket.sendto = _guarded_sendto  # type: ignore[method-assign,assignment]
