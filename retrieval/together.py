"""Questions are embedded beside what else is done for them; those of one moment in one batch."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
_AHEAD = 64  # vectors that are kept for whoever asks for them


class Together:
    """A thread that embeds all texts that wait, and then those that came meanwhile.

    Args:
        embed: what it embeds with: `(n, d)` for `n` texts.
    """

    def __init__(self, embed: Callable[[Sequence[str]], Vector]) -> None:
        self._embed, self._ready = embed, False
        self._waiting: list[tuple[str, Future[Vector]]] = []
        self._ahead: dict[str, Future[Vector]] = {}
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="questions")

    def vector(self, text: str) -> "Future[Vector]":
        """The vector of a text, `(d,)`, as soon as it is there.

        The first is waited for: the model is loaded for it, which Ctrl-C breaks off in no other thread.
        """
        with self._lock:
            found = self._ahead.pop(text, None)
        return found or self._soon([text])[0]

    def ahead(self, texts: Iterable[str]) -> None:
        """Embed texts in one batch that are about to be asked for; each vector is given out once."""
        wanted = list(dict.fromkeys(texts))
        found = self._soon(wanted) if wanted else []
        with self._lock:
            self._ahead |= zip(wanted, found, strict=True)
            while len(self._ahead) > _AHEAD:
                del self._ahead[next(iter(self._ahead))]

    def _soon(self, texts: Sequence[str]) -> "list[Future[Vector]]":
        """The vectors of some texts, as soon as they are there."""
        waiting = [(text, Future[Vector]()) for text in texts]
        if self._ready:
            with self._lock:
                self._waiting += waiting
            self._thread.submit(self._all)
        else:
            for (_, found), vector in zip(waiting, self._embed(texts), strict=True):
                found.set_result(vector)
            self._ready = True
        return [found for _, found in waiting]

    def _all(self) -> None:
        """Embed what waits; nothing may, for the call before took it along."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            vectors = self._embed([text for text, _ in waiting])
        except BaseException as error:  # noqa: BLE001 - whatever it is, nobody waits for ever
            for _, found in waiting:
                found.set_exception(error)
        else:
            for (_, found), vector in zip(waiting, vectors, strict=True):
                found.set_result(vector)
