"""The measured check of drafted sentences keeps its figures."""

from collections import Counter
from functools import cache
from typing import Any

from evals.claims import CASES, articles, judge, shares, table
from evals.sets import rows as read

# Measured when this was written; a change that makes one worse has to say so here.
FLOORS = {
    "A": (0.016, 0.961),
    "B": (0.009, 0.982),
    "C": (0.024, 0.763),
    "D": (0.025, 0.662),
    "E": (0.057, 0.515),
    "F": (0.028, 0.9),
    "G": (0.0, 0.875),
    "H": (0.013, 0.894),
}  # unsupported, supported


@cache
def judged() -> list[tuple[dict[str, Any], str]]:
    """Every case with what the check says of it."""
    return judge(read(CASES))


def test_the_cases_are_many_and_various() -> None:
    """At least 400 sentences over the examples, both verdicts, every kind of fault, no sentence twice."""
    cases = read(CASES)
    assert len(cases) >= 400
    assert len({case["claim"] for case in cases}) == len(cases)
    assert {case["article"] for case in cases} == set(articles())
    assert min(Counter(case["supported"] for case in cases).values()) > 200
    faults = {case["kind"] for case in cases if not case["supported"]}
    assert faults >= {"misattributed", "number", "date", "negated", "half", "spliced", "invented"}
    first = [
        case for case in cases if case["group"] in "AB"
    ]  # the others came later, over all articles
    groups = {case["article"]: case["group"] for case in first}
    assert all(groups[case["article"]] == case["group"] for case in first)


def test_the_figures_hold() -> None:
    """Of the unsupported few are kept, of the supported as many as were: group by group."""
    for group, (most, least) in FLOORS.items():
        wrong, right = shares(it for it in judged() if it[0]["group"] == group)
        assert wrong <= most, table(judged())
        assert right >= least, table(judged())


def test_what_is_written_as_the_prompt_asks() -> None:
    """Groups A and B, and drafts: at most 2 % of the unsupported kept, at least 92 % of the supported."""
    wrong, right = shares(it for it in judged() if it[0]["group"] in "ABFGH")
    assert wrong <= 0.02
    assert right >= 0.92


def test_the_table_is_the_one_in_the_docs() -> None:
    """docs/checking.md shows what `python -m evals.claims` prints."""
    file = CASES.parent.parent.parent / "docs" / "checking.md"
    assert table(judged()) in file.read_text("utf-8")
