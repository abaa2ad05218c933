"""Questions are embedded beside what else is done for them; those of one moment in one batch."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


class Together:
    """A thread that embeds all texts that wait, and then those that came meanwhile.

    Args:
        embed: what it embeds with: `(n, d)` for `n` texts.
    """

    def __init__(self, embed: Callable[[Sequence[str]], Vector]) -> None:
        self._embed, self._ready = embed, False
        self._waiting: list[tuple[str, Future[Vector]]] = []
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="questions")

    def vector(self, text: str) -> "Future[Vector]":
        """The vector of a text, `(d,)`, as soon as it is there.

        The first is waited for: the model is loaded for it, which Ctrl-C breaks off in no other thread.
        """
        found: Future[Vector] = Future()
        if not self._ready:
            found.set_result(self._embed([text])[0])
            self._ready = True
            return found
        with self._lock:
            self._waiting.append((text, found))
        self._thread.submit(self._all)
        return found

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False)

    def _all(self) -> None:
        """Embed what waits; nothing may, for the call before took it along."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            vectors = self._embed([text for text, _ in waiting])
        except Exception as error:  # noqa: BLE001 - it is that of each who asked
            for _, found in waiting:
                found.set_exception(error)
        else:
            for (_, found), vector in zip(waiting, vectors, strict=True):
                found.set_result(vector)
