"""What can go wrong with a chat model, in words for people.

Only what is written here reaches a person: never a provider's own message, which may hold the key.
"""

import re
from collections.abc import Iterator
from typing import Any

_WAIT = 10.0  # seconds that a busy model may ask to wait for
_REFUSED, _MISSING, _LIMITED, _TOO_LONG = (401, 403), 404, 429, (400, 413, 422)
_ERRORS = range(300, 600)
_DELAY = re.compile(r"retrydelay\W+([\d.]+)s")  # how Gemini asks to wait, in the body


class ModelFailure(Exception):  # noqa: N818 - caught where it arises, never seen by a person as such
    """A call that brought nothing: why, whether it is worth a second one, after how many seconds."""

    def __init__(
        self, why: str, *, again: bool = False, wait: float = 0.0, long: bool = False
    ) -> None:
        super().__init__(why)
        self.why, self.again, self.wait, self.long = why, again, wait, long


def failure_of(error: BaseException, seconds: float, *, begun: bool) -> ModelFailure:
    """What a provider's error means: by its status, else by the names of its kinds."""
    status, headers = _status(error)
    words = str(error).casefold()
    if status in _REFUSED or "api_key_invalid" in words:  # Gemini's comes with 400
        return ModelFailure(f"refused the key ({status}): check CLIPPINGS_MODEL_KEY")
    if status == _LIMITED:
        wait = _retry_after(headers, words)
        return ModelFailure(
            "has no room for more questions now (429)", again=wait <= _WAIT, wait=wait
        )
    if status in _TOO_LONG and any(
        w in words for w in ("context", "too long", "maximum", "length")
    ):
        return ModelFailure("cannot take in so much at once", again=True, long=True)
    if status is not None:
        later = status >= 500  # noqa: PLR2004 - a fault of the server, which may pass
        check = ": check CLIPPINGS_MODEL and CLIPPINGS_MODEL_URL" if status == _MISSING else ""
        return ModelFailure(f"answered with an error ({status}){check}", again=later)
    kinds = {kind.__name__.casefold() for kind in _kinds(error)}
    if any("timeout" in kind for kind in kinds):
        return ModelFailure(f"did not answer within {seconds:g} s")
    if begun or any(k in kinds for k in ("remoteprotocolerror", "readerror", "incompleteread")):
        return ModelFailure("broke off in the middle of its answer", again=True)
    if any("connect" in kind for kind in kinds):
        return ModelFailure("cannot be reached: check CLIPPINGS_MODEL_URL and the network")
    return ModelFailure(f"failed ({type(error).__name__})", again=True)


def _status(error: BaseException) -> tuple[int | None, Any]:
    """The HTTP status of an error or of what caused it, and the headers of its response.

    An error within a stream has none: what its class holds then is 200 or -1.
    """
    places = [(one, getattr(one, "response", None)) for one in _causes(error)]
    headers: Any = next((it for _, at in places if (it := getattr(at, "headers", None))), {})
    for at in (at for place in places for at in place):
        for name in ("status_code", "code", "http_status"):
            status = getattr(at, name, None)
            if isinstance(status, int) and status in _ERRORS:
                return status, headers
    return None, headers


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _kinds(error: BaseException) -> Iterator[type]:
    for one in _causes(error):
        yield from type(one).__mro__


def _retry_after(headers: Any, words: str) -> float:
    """Seconds that a busy model asks for; 1 where it does not say; a date counts as too long."""
    asked = _DELAY.search(words)
    try:
        return max(float(asked[1] if asked else headers.get("retry-after", 1)), 0.0)
    except (TypeError, ValueError):
        return _WAIT + 1
