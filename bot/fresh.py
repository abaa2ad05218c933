"""What the commands that keep a library fresh do and say."""

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlparse
from urllib.request import url2pathname

from bot import filling, opening, told
from bot.clean import clean
from bot.progress import progress
from ingest import following as keeping
from ingest.follows import Follow
from ingest.report import Report
from retrieval.errors import ClippingsError
from retrieval.library import Library
from retrieval.settings import library_folder

_UNITS = {"m": 60, "h": 3_600, "d": 86_400}


def seconds(every: str) -> float | None:
    """A pace such as `15m`, `2h` or `1d` in seconds; None where it is none."""
    match = re.fullmatch(r"([1-9]\d{0,4})([mhd])", every.strip().lower(), re.ASCII)
    return float(match[1]) * _UNITS[match[2]] if match else None


def follow(addresses: Sequence[str], library: str, every: float | None) -> bool:
    """Follow addresses; the library is made if need be. Returns whether all could be followed.

    Raises:
        ClippingsError: the library cannot be made or written.
    """
    well, done = True, 0
    folder = library_folder(opening.settings(), library)
    new = not (folder / "library.db").exists()
    with closing(Library(folder, create=True)) as opened:
        for address in addresses:
            try:
                it = keeping.follow(opened, address, every)
            except ClippingsError as error:
                told.complain(told.reason(error))
                well = False
            else:
                done += 1
                told.say(f"following {named(it)}")
    if new and not done:
        with suppress(OSError):  # a mistyped address leaves no empty library behind
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()
    if well:
        option = "" if library == "main" else f" --library {library}"
        told.say(f"read it with: clippings pull{option}, or keep reading: clippings watch{option}")
    return well


def unfollow(addresses: Sequence[str], library: str) -> bool:
    """Follow addresses no longer; returns whether all of them were followed.

    Raises:
        ClippingsError: there is no such library, or it cannot be written.
    """
    well = True
    with closing(opening.library(library)) as opened:
        for address in addresses:
            if keeping.unfollow(opened, address):
                told.say(f"no longer following {clean(address)}; its articles stay")
            else:
                told.complain(f"{address} is not followed: clippings following lists what is")
                well = False
    return well


def following(library: str, *, as_json: bool) -> Iterator[str]:
    """What the library follows: three lines each, or a JSON line.

    Raises:
        ClippingsError: there is no such library.
    """
    with closing(opening.library(library)) as opened:
        found = keeping.following(opened)
    for it in found:
        if as_json:
            yield json.dumps(asdict(it))
            continue
        yield named(it)
        yield f"  last read {_time(it.succeeded)}, next {_time(it.next) if it.next else 'now'}, every {_pace(it.wait)}"
        if it.error:
            yield f"  failing: {clean(it.error)}"
    if not found and not as_json:
        yield "nothing is followed yet: clippings follow URL"


def pull(library: str, *, as_json: bool) -> bool:
    """One pull; returns whether all went well.

    Raises:
        ClippingsError: there is no such library, or it cannot be written.
    """
    settings = opening.settings()
    with closing(opening.chain()) as chain, progress() as tell:
        done = keeping.pull(
            chain.library(library),
            embedder=chain.embedder,
            vectors=chain.vectors,
            max_mb=settings.max_file_mb,
            tell=tell,
        )
    filling.tell(done, library, as_json=as_json)
    return not done.problems


def watch(library: str) -> None:
    """Pull what is due until somebody stops it.

    Raises:
        ClippingsError: there is no such library, or it cannot be written.
    """
    settings, stop = opening.settings(), threading.Event()

    def done(report: Report) -> None:
        if report.new or report.changed or report.deleted or report.problems:
            told.say(time.strftime("%Y-%m-%d %H:%M"))
            filling.tell(report, library, as_json=False)

    with closing(opening.chain()) as chain:
        opened = chain.library(library)
        told.complain(f"watching {len(keeping.following(opened))} sources; Ctrl-C stops")
        try:
            keeping.watch(
                opened,
                embedder=chain.embedder,
                vectors=chain.vectors,
                stop=stop,
                done=done,
                max_mb=settings.max_file_mb,
            )
        except KeyboardInterrupt:
            told.complain("stopped: what was stored stays")


def named(it: Follow) -> str:
    """A source as a person wrote it."""
    return clean(url2pathname(urlparse(it.address).path) if it.is_folder else it.address)


def _time(at: float) -> str:
    if not at:
        return "never"
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _pace(wait: float) -> str:
    for unit, size in reversed(_UNITS.items()):
        if wait >= size and wait % size == 0:
            return f"{wait / size:.0f} {unit}"
    return f"{wait:.0f} s"
