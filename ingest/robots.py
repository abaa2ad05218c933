"""What a site's robots.txt asks of readers (RFC 9309)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Robots:
    """One origin's robots.txt, and when it was fetched, in seconds since 1970."""

    text: str
    fetched: float

    @cached_property
    def _rules(self) -> Any:
        from protego import Protego

        return Protego.parse(self.text)

    def allows(self, address: str, agent: str) -> bool:
        """Whether it lets this agent read the address."""
        return not self.text or bool(self._rules.can_fetch(address, agent))

    def delay(self, agent: str) -> float:
        """The seconds that it wants between two requests; 0 where it says nothing."""
        return float(self._rules.crawl_delay(agent) or 0.0) if self.text else 0.0
