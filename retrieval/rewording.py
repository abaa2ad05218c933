"""Pure: what a model is asked about its sentences that were dropped, and what it says to that."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from retrieval.orders import suspicious
from retrieval.prompting import line, material
from retrieval.types import Passage
from retrieval.verify import SAME, Claim, claims, verify

MOST = 8  # sentences that are asked about; the prompt of an answer asks for six in all
_ANSWER = re.compile(r"^\W*(\d{1,2})\s*[:.)]\W*?(\S.*)$", re.MULTILINE)


def worth(dropped: Sequence[tuple[Claim, str]]) -> list[tuple[Claim, str]]:
    """Which dropped sentences other words may save: those that cite a passage and say something new."""
    return [
        (claim, why)
        for claim, why in dropped
        if claim.written and claim.spans and why != SAME and not suspicious(claim.text)
    ][:MOST]


def asked(dropped: Sequence[tuple[Claim, str]], passages: Sequence[Passage]) -> str:
    """The passages that are cited, and after them each sentence, its numbers and why it was dropped."""
    cites = [claim.written.cites if claim.written else () for claim, _ in dropped]
    told = [
        f"{number}: {line(claim.text)} {''.join(f'[{n}]' for n in its)} (not matched: {line(why)})"
        for number, ((claim, why), its) in enumerate(zip(dropped, cites, strict=True), start=1)
    ]
    shown = material(passages, only={n for its in cites for n in its})
    return f"{shown}\n\nSentences:\n" + "\n".join(told)


def answered(said: str) -> dict[int, str]:
    """What the model writes for each number; nothing for one that it drops or leaves out."""
    found: dict[int, str] = {}
    for number, text in _ANSWER.findall(said):
        if text.strip(" .*\n").upper() != "DROP":
            found.setdefault(int(number), text.strip())
    return found


def reworded(
    said: str, again: Sequence[Claim], passages: Sequence[Passage]
) -> tuple[dict[Claim, list[Claim]], list[str]]:
    """What stands of what a model wrote for each of those claims; and all of it in lines for `/why`.

    A claim of whose sentences not every one stands is there too, so that it counts as dropped.
    """
    found: dict[Claim, list[Claim]] = {}
    lines = []
    for number, text in answered(said).items():
        if number <= len(again):
            claim = again[number - 1]
            its = [replace(it, again=True) for it in claims(text, passages)]
            faults = {it: why for it, why in verify(its, passages).dropped if why != SAME}
            standing = [it for it in its if it not in faults]
            found[claim] = standing if standing and not faults else [*standing, claim]
            lines.append(f"{claim.text} -> {text}")
            lines += [f"not so either, for {why}: {it.text}" for it, why in faults.items()]
    return found, lines


def put_in(draft: Sequence[Claim], new: Mapping[Claim, Sequence[Claim]]) -> tuple[Claim, ...]:
    """The draft with each reworded claim in the place of the one that was dropped."""
    return tuple(it for claim in draft for it in new.get(claim, (claim,)))
