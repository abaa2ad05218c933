"""The library's file: what is put in comes out, and every index follows."""

import numpy as np
import pytest
from fakes import HashEmbedder, article, chunks_of, put
from proofs import expected_text, full_text, one_line

from retrieval.errors import EmbedderDiffers, ItemError
from retrieval.library import Library
from retrieval.terms import terms
from retrieval.types import Article


def found_by(library: Library, word: str) -> list[str]:
    """The articles with a chunk that the word finds."""
    return [
        row[0]
        for row in library.execute(
            "SELECT DISTINCT article FROM keywords JOIN chunks ON chunks.id = keywords.rowid"
            " WHERE keywords MATCH ? ORDER BY 1",
            (" ".join(f'"{term}"' for term in terms(word)),),
        )
    ]


def test_articles_come_back_as_they_were_stored(library: Library, embedder: HashEmbedder) -> None:
    """Every field of an article is what was stored; ids that do not exist are left out."""
    one = article(1, url="https://x.example/1", published="2016-08-24", source="X", author="Y")
    put(library, [one, article(2)], embedder)
    assert library.articles(["a2", "a1", "none"]) == {"a1": one, "a2": article(2)}
    assert library.count("articles") == 2
    assert library.count("chunks") == library.number() > 0


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b\x00",
        "\x00",
        "😀 𝔘𝔫𝔦 \U0010ffff",
        "one\r\ntwo\rthree\n",
        "é ȩ́ é",
        "\ufeffstart",
        "\ufffe\uffff",
        " \t\u2028\u2029\x85 ",
        "\u202eright\u202c",
    ],
)
def test_text_is_stored_character_for_character(
    library: Library, embedder: HashEmbedder, text: str
) -> None:
    """NULs, astral characters, all line ends, combining marks: nothing is added, lost or merged."""
    it = Article(id=f"id{text}", title=f"T{text}", text=text, author=text)
    put(library, [it], embedder)
    library.close()
    stored = Library(library.folder).articles([it.id])[it.id]
    assert (stored.id, stored.title, stored.text, stored.author) == (it.id, it.title, text, text)


def test_half_a_character_is_refused_by_name(library: Library, embedder: HashEmbedder) -> None:
    """A lone surrogate gives an ItemError, and the articles of the same transaction stay out."""
    with pytest.raises(ItemError, match="half a character") as error:
        put(library, [article(1), article(2, "before \ud800 after")], embedder)
    one_line(error)
    assert library.count("articles") == library.count("chunks") == library.count("vectors") == 0
    put(library, [article(3)], embedder)
    assert found_by(library, "subject3") == ["a3"]


def test_replacing_and_deleting(library: Library, embedder: HashEmbedder) -> None:
    """A replaced article has its new chunks alone; chunk ids never come again."""
    put(library, [article(1, "one two three four five six seven eight nine")], embedder)
    before = {row[0] for row in library.execute("SELECT id FROM chunks")}
    put(library, [article(1, "ten")], embedder)
    after = {row[0] for row in library.execute("SELECT id FROM chunks")}
    assert len(before) == 2
    assert len(after) == 1
    assert not before & after
    with library.transaction():
        library.delete("a1")
        library.delete("never there")
    assert library.count("articles") == library.count("chunks") == library.count("vectors") == 0
    changes = [row[0] for row in library.execute("SELECT chunk FROM changes ORDER BY number")]
    assert changes == sorted(before) + sorted(before) + sorted(after) * 2
    put(library, [article(1, "ten")], embedder)
    assert {row[0] for row in library.execute("SELECT id FROM chunks")}.isdisjoint(before | after)


def test_the_full_text_follows_every_change(library: Library, embedder: HashEmbedder) -> None:
    """After additions, replacements and deletions FTS5 holds exactly the terms of the chunks."""
    put(library, [article(n, f"Alpha{n} beta. " * 9) for n in range(6)], embedder)
    assert full_text(library) == expected_text(library)
    put(library, [article(1, "Gamma delta."), article(2, "Alpha2 beta. " * 3)], embedder)
    with library.transaction():
        library.delete("a3")
    assert full_text(library) == expected_text(library)
    assert found_by(library, "alpha1") == found_by(library, "alpha3") == []
    assert found_by(library, "gamma") == ["a1"]
    assert found_by(library, "alpha2") == ["a2"]
    library.execute("INSERT INTO keywords (keywords) VALUES ('integrity-check')")


def test_a_new_title_is_found(library: Library, embedder: HashEmbedder) -> None:
    """Where only the title changes, the words of the new one find the article, those of the old not."""
    put(library, [article(1, title="Harbour strike")], embedder)
    put(library, [article(1, title="Dockers return")], embedder)
    assert found_by(library, "harbour") == []
    assert found_by(library, "dockers") == ["a1"]
    assert full_text(library) == expected_text(library)


def test_equal_texts_share_a_vector(library: Library, embedder: HashEmbedder) -> None:
    """A vector stays while any chunk has its key, and goes with the last."""
    same = {"title": "Same", "text": "the very same words"}
    put(library, [Article(id=name, **same) for name in ("x", "y")], embedder)
    assert library.count("chunks") == 2
    assert library.count("vectors") == 1
    with library.transaction():
        library.delete("x")
    assert library.count("vectors") == 1
    put(library, [Article(id="y", title="Same", text="other words")], embedder)
    assert library.count("vectors") == 1
    with library.transaction():
        library.delete("y")
    assert library.count("vectors") == 0


def test_stored_vectors_come_back(library: Library, embedder: HashEmbedder) -> None:
    """Vectors come back by key in half precision, those of the library's own embedder alone."""
    chunks = chunks_of(article(1))
    put(library, [article(1)], embedder)
    found = library.vectors([*(c.key for c in chunks), b"none"])
    for chunk, text in chunks.items():
        assert np.allclose(found[chunk.key], embedder.query(text), atol=1e-3)
    assert len(found) == len(chunks)
    with library.transaction():
        library.put("embedder", "another")
    assert library.vectors([c.key for c in chunks]) == {}


def test_forgetting_a_vector_reads_no_others(library: Library) -> None:
    """The vectors of a key are found by index: a deletion does not read through all of them."""
    plan = library.execute("EXPLAIN QUERY PLAN DELETE FROM vectors WHERE key = ?", (b"k",))
    assert "SEARCH vectors" in plan[0][-1]


def test_the_embedder_is_held_against_the_settings(library: Library) -> None:
    """A library refuses another embedder than its own, and one it was not embedded by to the end."""
    library.require("any")
    with library.transaction():
        library.put("embedder", "one@1")
    library.require("one@1")
    with pytest.raises(EmbedderDiffers, match="clippings reembed --library main") as error:
        library.require("two@2")
    one_line(error)
    with library.transaction():
        library.put("unfinished", "yes")
    with pytest.raises(EmbedderDiffers, match="not to the end"):
        library.require("one@1")


def test_listing_and_sources(library: Library, embedder: HashEmbedder) -> None:
    """The listing goes from the newest to those without a date; sources from the busiest."""
    dates = {1: "2016-01-01", 2: None, 3: "2016-01-01T12:00:00+02:00", 4: "1950-05-05"}
    put(library, [article(n, published=d, source="AB"[n % 2]) for n, d in dates.items()], embedder)
    put(library, [article(5, source="B")], embedder)
    assert [it.id for it in library.listing()] == ["a3", "a1", "a4", "a2", "a5"]
    assert {it.text for it in library.listing()} == {""}
    assert list(library.sources().items()) == [("B", 3), ("A", 2)]


def test_dates_can_be_filtered(library: Library, embedder: HashEmbedder) -> None:
    """The number of a date is in UTC and keeps the order of dates before 1970."""
    put(library, [article(1, published="1969-12-31"), article(2, published="1970-01-02")], embedder)
    rows = library.execute("SELECT id, published_at FROM articles ORDER BY published_at")
    assert rows == [("a1", -86_400), ("a2", 86_400)]
