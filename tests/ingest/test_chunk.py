"""Chunks: exact, whole, short enough for the embedder, and cut where sentences end."""

import hashlib
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fakes import article
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.chunk import chunk
from retrieval.embedder import SentenceEmbedder
from retrieval.sentences import sentences
from retrieval.settings import DEFAULT_EMBEDDER
from retrieval.types import Article

Lengths = Callable[[Sequence[str]], list[int]]


def _words(texts: Sequence[str]) -> list[int]:
    """A token a word, and two special ones."""
    return [len(text.split()) + 2 for text in texts]


def _letters(texts: Sequence[str]) -> list[int]:
    """A token a character, and two special ones: words are longer than any limit."""
    return [len(text) + 2 for text in texts]


_word = st.sampled_from(
    ["the", "U.S.", "Mr.", "harbour", "“No,”", "(he", "said)", "3.5", "東京で会議", "😀", "x" * 30]
)
_sentence = st.lists(_word, min_size=1, max_size=30).map(lambda ws: " ".join(ws) + ".")
_line = st.sampled_from(["Read more: our newsletter", "ADVERTISEMENT HERE", "* * *", "Share"])
_gap = st.sampled_from(["\n\n", "\n", " ", "\r\n", "\n \u00a0\n", "\t", "\u2003", "\n\n\n", "\x0b"])
_built = st.lists(st.tuples(_sentence | _line, _gap), max_size=14).map(
    lambda parts: "".join(itertools.chain.from_iterable(parts))
)
texts = _built | st.text(max_size=300)
titles = st.lists(_word, max_size=40).map(" ".join)
limits = st.integers(16, 60)
tokenizers = st.sampled_from([_words, _letters])


def _repeated(text: str) -> set[int]:
    """The characters of lines that stood in the text before."""
    seen, found, at = set[str](), set[int](), 0
    for line in text.split("\n"):
        words = " ".join(line.split()).casefold()
        if words in seen:
            found |= set(range(at, at + len(line)))
        elif len(words) >= 12:
            seen.add(words)
        at += len(line) + 1
    return found


def _to_cover(text: str) -> list[int]:
    """The characters that belong to a chunk: all but white space and repeats."""
    repeated = _repeated(text)
    return [at for at, c in enumerate(text) if not c.isspace() and at not in repeated]


@settings(max_examples=150, deadline=None)
@given(text=texts, title=titles, limit=limits, lengths=tokenizers)
def test_every_word_is_in_one_chunk(text: str, title: str, limit: int, lengths: Lengths) -> None:
    """Chunks come in order, apart, and trimmed; no letter is lost or doubled, repeats left out."""
    it = article(1, text or " ", title=title)
    places = [(c.start, c.end) for c, _ in chunk(it, limit, lengths)]
    edges = [at for place in places for at in place]
    assert edges == sorted(edges)
    assert all(it.text[a:b] and it.text[a:b] == it.text[a:b].strip() for a, b in places)
    covered = [at for a, b in places for at in range(a, b) if not it.text[at].isspace()]
    assert covered == _to_cover(it.text)


@settings(max_examples=150, deadline=None)
@given(text=texts, title=titles, limit=limits, lengths=tokenizers)
@example(text="word " * 200, title="a title " * 50, limit=16, lengths=_words)
def test_every_chunk_is_read_to_its_end(
    text: str, title: str, limit: int, lengths: Lengths
) -> None:
    """What is embedded is the title's beginning and the chunk itself, and fits the limit."""
    it = article(1, text or " ", title=title)
    for c, body in chunk(it, limit, lengths):
        assert lengths([body])[0] <= limit
        head, _, rest = body.partition("\n")
        assert rest == it.text[c.start : c.end]
        assert title.startswith(head)
        assert c.key == hashlib.sha256(body.encode()).digest()[:16]


@settings(max_examples=100, deadline=None)
@given(text=texts, one=titles, two=titles, limit=limits)
def test_equal_texts_are_cut_equally(text: str, one: str, two: str, limit: int) -> None:
    """Where a text is cut does not hang on its title, and equal chunks have equal keys."""
    first = chunk(article(1, text or " ", title=one), limit, _words)
    again = chunk(article(2, text or " ", title=one, source="else"), limit, _words)
    other = chunk(article(3, text or " ", title=two), limit, _words)
    assert first == again
    assert [(c.start, c.end) for c, _ in first] == [(c.start, c.end) for c, _ in other]


_plain = st.lists(
    st.sampled_from(["reporters", "in", "Geneva", "met", "Mr. Smith", "of the U.S. Senate"]),
    min_size=1,
    max_size=30,
).map(lambda words: f"So {' '.join(words)} said.")
_prose = st.lists(st.lists(_plain, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=6)


@settings(max_examples=100, deadline=None)
@given(paragraphs=_prose, limit=limits)
def test_chunks_end_where_sentences_end(paragraphs: list[str], limit: int) -> None:
    """No sentence is cut that would fit; one that would not is cut between words."""
    text = "\n\n".join(f"{n}. {it}" for n, it in enumerate(paragraphs))
    budget = limit - min(32, limit // 4)
    all_sentences = sentences(text)
    ends = {end for _, end in all_sentences}
    for c, _ in chunk(article(1, text), limit, _words):
        if c.end in ends:
            continue
        [(start, end)] = [(a, b) for a, b in all_sentences if a < c.end < b]
        assert _words([text[start:end]])[0] > budget
        assert text[c.end].isspace()


def test_paragraphs_stay_whole_where_they_fit() -> None:
    """A chunk ends at a paragraph's end; only short paragraphs are taken together."""
    one, two, three = ("So they said again and again. " * 18 + f"Enough {n}." for n in range(3))
    text = f"{one}\n\nShort one.\n\n{two}\n\n{three}"
    pieces = [text[c.start : c.end] for c, _ in chunk(article(1, text), 200, _words)]
    assert pieces == [one, f"Short one.\n\n{two}", three]


def test_a_line_that_comes_again_belongs_to_one_chunk() -> None:
    """A teaser between paragraphs is read once, whatever its capitals and spaces."""
    teaser = "Sign up for our newsletter"
    parts = [f"Paragraph {n} tells of subject{n} in a sentence of its own." for n in range(4)]
    text = f"\n\n{teaser}\n\n".join(parts) + f"\n\n  {teaser.upper()} \n\nShort\n\nShort"
    bodies = [text[c.start : c.end] for c, _ in chunk(article(1, text), 24, _words)]
    assert sum(teaser.casefold() in body.casefold() for body in bodies) == 1
    assert all(any(part in body for body in bodies) for part in parts)
    assert "\n\n".join(bodies).count("Short") == 2


def test_nothing_but_space_has_no_chunk() -> None:
    """A text without a word has no chunks, an article without a title has them all the same."""
    assert chunk(article(1, " \n\n\t"), 16, _words) == []
    [(c, body)] = chunk(article(1, "One word.", title=""), 16, _words)
    assert (c.start, c.end, body) == (0, 9, "\nOne word.")


@pytest.fixture(scope="module")
def model(exported: Path) -> SentenceEmbedder:
    """The real embedder."""
    return SentenceEmbedder(DEFAULT_EMBEDDER, exported)


def test_the_real_tokenizer(model: SentenceEmbedder) -> None:
    """With the model's own tokenizer every chunk fits, of whatever writing, and none is tiny."""
    folder = Path(__file__).parents[2] / "examples" / "articles"
    own = [
        Article(file.name, file.stem.replace("-", " "), file.read_text("utf-8"))
        for file in folder.iterdir()
    ]
    odd = [
        "東京で会議が開かれた。" * 90,
        "supercalifragilistic" * 90,
        "😀\u200b " * 400,
        "a\x00b" * 99,
    ]
    own += [article(n, text, title=text[:400]) for n, text in enumerate(odd)]
    for it in own:
        found = chunk(it, model.limit, model.lengths)
        assert max(model.lengths([body for _, body in found])) <= model.limit
        covered = [at for c, _ in found for at in range(c.start, c.end) if it.text[at].strip()]
        assert covered == _to_cover(it.text)
        assert len(found) <= 1 + 3 * model.lengths([it.text])[0] // model.limit
