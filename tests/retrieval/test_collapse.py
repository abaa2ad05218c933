"""Passages that hold the same text become one."""

from dataclasses import replace

from fakes import article
from hypothesis import given
from hypothesis import strategies as st

from retrieval import search
from retrieval.search import collapse
from retrieval.types import Passage, Span

RAID = "Turkish tanks crossed the border near Jarabulus at dawn and met little resistance."
SAID = [  # four of them in every order make texts that are held in others, to some part
    RAID,
    "Envoys spoke of the border.",
    "It was quiet at the border near Jarabulus at dawn and little was heard of it all day long.",
    "Tanks crossed the border near Jarabulus at dawn.",
    "No.",
]


def passage(it: str, text: str, *, also: tuple[Span, ...] = ()) -> Passage:
    """A passage that is the whole text of an article."""
    return Passage(article(it, text), 0, len(text), 0.5, also)


def test_the_same_text_in_two_articles_becomes_one() -> None:
    """The first stays, in its place and with its score, and names where else the text stands."""
    first, other, reprint = passage("1", RAID), passage("2", "Other."), passage("3", RAID.upper())
    again = Span(reprint.article, 0, len(RAID))
    assert collapse([first, other, reprint]) == [replace(first, also=(again,)), other]


def test_a_reprint_with_small_changes_is_the_same() -> None:
    """A text that holds the other almost whole is the same; half of it is not enough."""
    story = " ".join(f"word{n}" for n in range(40))
    longer = passage("2", f"AGENCY - {story} (more to come)")
    half = passage("3", f"{story[: len(story) // 2]} and then it all went quite another way")
    found = collapse([passage("1", story), longer, half])
    assert [(it.article.id, len(it.also)) for it in found] == [("a1", 1), ("a3", 0)]


def test_the_fuller_text_takes_the_place() -> None:
    """A report that holds a brief and more stands where the brief stood, and names its article."""
    brief = " ".join(f"word{n}" for n in range(40))
    fuller = passage("2", f"{brief} {' '.join(f'more{n}' for n in range(40))}")
    first = replace(passage("1", brief), score=0.9)
    found = collapse([first, passage("3", "Other."), fuller, passage("4", brief)])
    assert [(it.article.id, it.score) for it in found] == [("a2", 0.9), ("a3", 0.5)]
    assert [s.article.id for s in found[0].also] == ["a1", "a4"]


def plainly(found: list[Passage]) -> list[list[int]]:
    """Each kept passage's place, then those of its duplicates: every pair is compared."""
    sets = [search._shingles(it.text) for it in found]
    groups: list[list[int]] = []
    for at, its in enumerate(sets):
        for group in groups:
            first = sets[group[0]]
            if len(its & first) >= search._CONTAINED * min(len(its), len(first)):
                fuller = len(its & first) < search._CONTAINED * len(its)
                group.insert(0 if fuller else len(group), at)
                break
        else:
            groups.append([at])
    return groups


@given(st.lists(st.lists(st.sampled_from(SAID), max_size=4).map(" ".join), max_size=9))
def test_duplicates_are_those_of_every_pair(texts: list[str]) -> None:
    """Whatever the passages share, they become those that comparing each with each would leave."""
    found = [passage(str(at), text) for at, text in enumerate(texts)]
    groups = [[it.article.id, *(s.article.id for s in it.also)] for it in collapse(found)]
    assert groups == [[f"a{at}" for at in group] for group in plainly(found)]


def test_an_article_that_repeats_itself_is_named_once() -> None:
    """A second passage of an article that is named already adds no name."""
    first = passage("1", RAID)
    found = collapse([first, first, passage("2", RAID), passage("2", RAID)])
    assert [[s.article.id for s in it.also] for it in found] == [["a2"]]


def test_what_was_collapsed_before_stays_named() -> None:
    """Where two searches are put together, the reprints that each had found are all named."""
    spans = {n: Span(article(n, RAID), 0, len(RAID)) for n in ("2", "3", "4")}
    one = passage("1", RAID, also=(spans["2"],))
    other = passage("3", RAID, also=(spans["4"], spans["2"]))
    assert [it.also for it in collapse([one, other])] == [(spans["2"], spans["3"], spans["4"])]


def test_different_passages_stay() -> None:
    """Passages of different texts stay as they are, in order; of nothing nothing becomes."""
    found = [passage(str(n), f"Report {n} of the border was quiet today.") for n in range(5)]
    assert collapse(found) == found
    assert collapse([]) == []
