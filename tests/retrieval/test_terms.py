"""Terms: the same words for passages, questions and quotes, kept by the full text as they are."""

import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import snowballstemmer
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import terms as module
from retrieval.terms import STOP_WORDS, idf, packed, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U.S. forces", ["us", "forc"]),
        ("a U.S.-led raid", ["us", "led", "raid"]),
        ("The U.N.'s envoy", ["un", "envoy"]),
        ("U.S", ["us"]),
        ("J.K.Rowling", ["jk", "rowl"]),
        ("Turkey's army", ["turkey", "armi"]),
        ("Turkey’s armies'", ["turkey", "armi"]),
        ("O'Neil", ["oneil"]),
        ("he'll she’d they've", []),
        ("Beyoncé naïve São", ["beyonc", "naiv", "sao"]),
        ("STRASSE Straße", ["strass", "strass"]),
        ("℻ ﬁre", ["fax", "fire"]),
        ("Москва 東京", ["москва", "東京"]),
        ("COVID-19 in 2016", ["covid", "19", "2016"]),
        ("snake_case", ["snake", "case"]),
        ("the of and", []),
        ("", []),
        ("\x00… 🚀 \ud800", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    """Acronyms, possessives, accents, ligatures, other scripts, stop words: in the text's order."""
    assert terms(text) == expected


@given(st.text())
def test_terms_are_those_of_every_case_and_form(text: str) -> None:
    """Terms hold letters and digits alone, none is a stop word's own, capitals play no part."""
    for term in terms(text):
        assert term.isalnum()
        assert term == term.casefold()  # which for Cherokee is the capitals
    if text.isascii():
        assert terms(text.upper()) == terms(text.lower())


@given(st.text(), st.text())
def test_packed(one: str, other: str) -> None:
    """Four bytes a term, in order, and for a term always the same ones: libraries keep them."""
    assert packed(terms(one)) + packed(terms(other)) == packed(terms(one) + terms(other))
    assert len(packed(terms(one))) == 4 * len(terms(one))
    assert packed(["syria", "москва"]).hex() == "0abf98b7abf507ab"


def _full_text() -> sqlite3.Connection:
    """An FTS5 table made by the library's own statement, and its vocabulary."""
    from retrieval.schema import _statements

    db = sqlite3.connect(":memory:")
    for statement in _statements():
        if "CREATE VIRTUAL TABLE" in statement:
            db.execute(statement)
    return db


def _held(db: sqlite3.Connection, words: list[str]) -> set[str]:
    """What FTS5 holds after these words were inserted; the table is emptied before."""
    db.execute("INSERT INTO keywords (keywords) VALUES ('delete-all')")
    db.execute("INSERT INTO keywords (rowid, title, body) VALUES (1, '', ?)", (" ".join(words),))
    return {row[0] for row in db.execute("SELECT term FROM terms")}


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=60))
def test_the_full_text_keeps_every_term_as_it_is(text: str) -> None:
    """A term is in FTS5's vocabulary verbatim, and a match for it finds its passage."""
    db, words = _full_text(), terms(text)
    assert _held(db, words) == set(words)
    for word in words:
        found = db.execute("SELECT rowid FROM keywords WHERE keywords MATCH ?", (f'"{word}"',))
        assert found.fetchall() == [(1,)]


def test_the_full_text_keeps_every_letter_there_is() -> None:
    """Letters of every script are kept, those younger than SQLite's own tables included."""
    letters = [chr(n) for n in range(sys.maxunicode + 1) if not 0xD800 <= n <= 0xDFFF]
    words = terms(" ".join(letters))
    assert len(words) > 100_000
    assert _held(_full_text(), words) == set(words)


def test_threads_stem_alike() -> None:
    """The stemmer keeps its word in itself; many threads at once get what one alone gets."""
    words = [
        f"{stem}{end}" for stem in map(str, range(300)) for end in ("xingly", "yations", "zes")
    ]
    alone = snowballstemmer.stemmer("english")
    expected = [alone.stemWord(word) for word in words]
    barrier, interval = threading.Barrier(4), sys.getswitchinterval()

    def stem() -> list[str]:
        barrier.wait()
        return [module._Known()[word] for word in words]

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            results = [future.result() for future in [pool.submit(stem) for _ in range(4)]]
    finally:
        sys.setswitchinterval(interval)
    assert results == [expected] * 4


def test_stop_words_are_folded() -> None:
    """Every stop word is written as the terms are compared with it, or it would never match."""
    assert all(word == word.lower() and word.isalnum() for word in STOP_WORDS)
    assert all(terms(word.upper()) == [] for word in STOP_WORDS)


def test_idf_falls_and_stays_positive() -> None:
    """The rarer a term, the more it tells; one that is everywhere still tells a little."""
    values = [idf(10, holding) for holding in range(11)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
