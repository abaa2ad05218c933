"""A newspaper's week over real sockets: afterwards the library holds what the paper last published."""

import random
from collections import Counter

import pytest
from proofs import complete, expected_text, full_text

from ingest import following
from retrieval import ledger
from tests.ingest.paper import DAY, Desk, Paper, Story, prose


class Editors:
    """What the paper's editors do in a week, drawn at random; `expected` is what they last published."""

    def __init__(self, paper: Paper, seed: int) -> None:
        self.paper, self.draw, self.number = paper, random.Random(seed), 0
        self.did: Counter[str] = Counter()

    def expected(self) -> dict[str, str]:
        """Every text by its path."""
        return {path: it.text for path, it in self.paper.stories.items()}

    def work(self) -> None:
        """Some hours of it."""
        self.paper.outage = self.paper.rest = 0
        for _ in range(self.draw.randrange(1, 4)):
            self.publish()
        for act, chance in (("edit", 0.6), ("move", 0.25), ("rename", 0.2), ("delete", 0.2)):
            if len(self.paper.stories) > 9 and self.draw.random() < chance:
                getattr(self, act)()
        del self.paper.feed[20:]
        if self.draw.random() < 0.2:
            self.did["outage"] += 1
            self.paper.outage, self.paper.rest = self.draw.choice(
                [(500, 0), (503, 7_200), (429, 900)]
            )

    def publish(self) -> None:
        """A new article."""
        self.number += 1
        self.did["publish"] += 1
        story = Story(f"Budget {self.number}", self.text(), hour=self.number % 24)
        self.paper.publish(f"/news/{self.number}", story)

    def text(self) -> str:
        """Words that no other article has."""
        return prose(f"subject{self.draw.randrange(10**9)}", self.draw.randrange(3, 9))

    def one(self) -> str:
        """Any article's path."""
        return self.draw.choice(sorted(self.paper.stories))

    def edit(self) -> None:
        """One paragraph more, which the feed does not show."""
        path = self.one()
        self.did["edit"] += 1
        self.paper.edit(path, f"{self.paper.stories[path].text}\n\n{self.text()}")

    def move(self, *, told: bool = True) -> None:
        """A new address, to which the old one leads on, or not."""
        path = self.one()
        self.did["move" if told else "rename"] += 1
        new = f"/moved{path}"
        self.paper.stories[new] = self.paper.stories.pop(path)
        # On top again: what rolls off the feed before it was ever read, nobody could know of.
        self.paper.feed = [new, *(it for it in self.paper.feed if it != path)]
        if told:
            self.paper.moved[path] = new
        else:
            self.paper.gone.add(path)

    def rename(self) -> None:
        """A new address, and the old one is gone."""
        self.move(told=False)

    def delete(self) -> None:
        """Gone for good."""
        path = self.one()
        self.did["delete"] += 1
        del self.paper.stories[path]
        self.paper.gone.add(path)
        if path in self.paper.feed:
            self.paper.feed.remove(path)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_week(desk: Desk, seed: int) -> None:
    """New, edited, moved, renamed and deleted articles, outages and rests, a pull every six hours."""
    editors = Editors(desk.paper, seed)
    following.follow(desk.library, desk.paper.url("/feed"))
    embedded: list[str] = []
    asked = requests = 0
    for hours in range(0, 24 * 12, 6):
        if hours < 24 * 7:
            editors.work()
        else:  # the paper stands still, until every page was looked at twice
            desk.paper.outage = desk.paper.rest = 0
        result = desk.pull()
        desk.clock += DAY / 4
        embedded += desk.embedder.asked
        asked += len(desk.paper.server.asked)
        requests += result.requests
        assert result.embedded == len(desk.embedder.asked)
    assert desk.texts() == editors.expected()
    assert all(editors.did[act] for act in ("edit", "move", "rename", "delete", "outage"))
    assert max(Counter(embedded).values()) == 1
    assert requests == asked
    assert desk.paper.server.most == 1
    assert desk.library.count("articles") == len(editors.expected())
    assert full_text(desk.library) == expected_text(desk.library)
    complete(desk.library, desk.vectors)
    assert ledger.edits(desk.library)
    desk.pull()  # what is due by its age
    quiet = desk.pull()
    assert (quiet.requests, quiet.new, quiet.changed, quiet.problems) == (1, 0, 0, [])
