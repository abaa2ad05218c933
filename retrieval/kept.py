"""Answers that were given lately: an equal question over unchanged libraries costs nothing twice."""

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from retrieval.library import Library
from retrieval.types import Answer, Question, Seconds, Step

_MOST = 100  # answers; each holds the articles of its ten passages
_HOUR = 3_600  # seconds: what is the latest changes by itself


class Kept:
    """The last hundred answers. Safe to use from several threads at once."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def answer(
        self, question: Question, libraries: Sequence[Library], make: Callable[[], Answer]
    ) -> Answer:
        """The answer that is kept for exactly this question, or what `make` returns.

        A library that changed, or whose file is another, makes it another question.
        """
        started = time.perf_counter()
        # A weak reference is equal to no other library's, and keeps no connection open.
        at = tuple((weakref.ref(it), it.number(), it.get("embedder")) for it in libraries)
        key = (replace(question, id=""), at, int(time.time() // _HOUR))
        with self._lock:
            kept = self._answers.get(key)
            if kept:
                self._answers.move_to_end(key)
        if kept:
            spent = time.perf_counter() - started
            step = Step("kept", spent, ("answered before, and the libraries have not changed",))
            seconds = Seconds(spent, 0.0, spent)
            return replace(kept, question=question, seconds=seconds, steps=(*kept.steps, step))
        answer = make()
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return answer
