"""The plan: what is read, what is the same, what is gone, and when that is not believed."""

from dataclasses import fields, replace

from fakes import article
from hypothesis import given
from hypothesis import strategies as st

from ingest.plan import fingerprint, make_plan, missing
from ingest.sources import Found, Listing
from retrieval.ledger import Item
from retrieval.types import Article

ROOT = "file:///news/"
_names = st.sampled_from("abcdef")
_revisions = st.sampled_from(["", "r1", "r2"])
_folders = st.dictionaries(_names, _revisions)


def listing(names: dict[str, str], *, complete: bool = True, root: str = ROOT) -> Listing:
    """A folder that lists these files with their revisions."""
    found = [Found(ROOT + name, name, ".txt", revision) for name, revision in names.items()]
    return Listing(root, found, complete)


def known(names: dict[str, str], root: str = ROOT) -> dict[str, Item]:
    """A ledger that holds these files with their revisions."""
    return {root + name: Item(root + name, revision) for name, revision in names.items()}


@given(now=_folders, before=_folders, complete=st.booleans())
def test_every_item_has_one_fate(
    now: dict[str, str], before: dict[str, str], *, complete: bool
) -> None:
    """Listed is read or the same, by its revision; known and not listed is gone, if that is sure."""
    plan = make_plan(listing(now, complete=complete), known(before))
    same = {name for name, revision in now.items() if revision and before.get(name) == revision}
    assert {item.uri for item, _ in plan.same} == {ROOT + name for name in same}
    assert [found.name for found in plan.read] == [name for name in now if name not in same]
    gone = {ROOT + name for name in before if name not in now} if complete else set()
    assert set(plan.gone) == gone
    assert plan.deletable == (bool(now) or not gone)
    assert (plan.problem is None) == plan.deletable


def test_a_listing_with_a_hole_deletes_nothing() -> None:
    """Where a folder below could not be looked into, nothing counts as gone."""
    plan = make_plan(listing({"a": "r"}, complete=False), known({"a": "r", "b": "r"}))
    assert plan.gone == ()


def test_a_folder_that_lists_nothing_is_not_believed() -> None:
    """A folder that was full and is empty (a disk not mounted) is an error, not an order."""
    plan = make_plan(listing({}), known({"a": "r", "b": "r"}))
    assert not plan.deletable
    assert plan.problem == "lists nothing now, but 2 files of it are known: nothing was deleted"
    empty = make_plan(listing({}), known({"a": "r"}, root="file:///elsewhere/"))
    assert (empty.deletable, empty.gone, empty.problem) == (True, (), None)


def test_only_what_lies_below_is_gone() -> None:
    """Files of other folders are none of this folder's business, nor of one with a longer name."""
    others = known({"a": "r"}, root="file:///newspaper/") | known({"a": "r"}, root="file:///new/")
    plan = make_plan(listing({"b": "r"}), others | known({"c": "r", "sub/d": "r"}))
    assert set(plan.gone) == {ROOT + "c", ROOT + "sub/d"}


def test_what_was_not_settled_is_read_again() -> None:
    """An item with an empty revision is read in every run, whatever its revision is now."""
    plan = make_plan(listing({"a": "", "b": "r"}), known({"a": "", "b": ""}))
    assert [found.name for found in plan.read] == ["a", "b"]


_fields = st.fixed_dictionaries(
    {field.name: st.text(max_size=5) for field in fields(Article) if field.name != "id"}
)


@given(one=_fields, two=_fields)
def test_a_fingerprint_differs_where_an_article_does(
    one: dict[str, str], two: dict[str, str]
) -> None:
    """Equal articles have equal fingerprints, others not, wherever the difference lies."""
    first, second = Article(id="a", **one), Article(id="a", **two)
    assert (fingerprint(first) == fingerprint(second)) == (one == two)
    assert fingerprint(replace(first, id="b")) != fingerprint(first)


def test_an_empty_field_is_none() -> None:
    """A field that says nothing is like one that is not there."""
    assert fingerprint(article(1, source="")) == fingerprint(article(1, source=None))


def test_missing() -> None:
    """What an item held and does not hold now, in the order that it held it."""
    assert missing(["c", "a", "b"], iter(["b", "x"])) == ("c", "a")
