"""Pure: how many questions a person and a server may ask in a minute, and when the next is free."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

WINDOW = 60.0  # seconds
_KEPT = 10_000  # people and servers that are remembered


class Guard:
    """Counts questions by person and by server over the last minute.

    `now` gives seconds that only grow.
    """

    def __init__(
        self, per_user: int, per_server: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_user, self._per_server, self._now = per_user, per_server, now
        self._asked: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def ask(self, user: int, server: int | None) -> int:
        """Count a question: 0, or the whole seconds until it would be taken (it is not counted)."""
        now = self._now()
        counts = [(self._of(("user", user), now), self._per_user)]
        if server is not None:
            counts.append((self._of(("server", server), now), self._per_server))
        free_at = max(
            (times[-limit] + WINDOW for times, limit in counts if len(times) >= limit), default=now
        )
        if free_at > now:
            return max(1, math.ceil(free_at - now))
        for times, _ in counts:
            times.append(now)
        return 0

    def _of(self, key: Hashable, now: float) -> deque[float]:
        """The moments of the last minute; whoever asked longest ago is forgotten first."""
        times = self._asked.setdefault(key, deque())
        self._asked.move_to_end(key)
        while times and times[0] <= now - WINDOW:
            times.popleft()
        while len(self._asked) > _KEPT:
            self._asked.popitem(last=False)
        return times
