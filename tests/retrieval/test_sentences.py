"""Sentences: exact places, nothing lost, and whole ones however a stretch is cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.sentences import paragraphs, sentence_before, sentences, whole_sentences

pieces = st.sampled_from(
    [
        *("The U.S. spoke.", "Mr. Ro", "said", '"No.', 'Yes!"', "(so it is.)", "in 1990.", "Why?"),
        *("…", "«Да».", "東京。", "\U0001f600", "e\u0301", "\x00"),
        *("e.g.", "0.5", "[1]", "word " * 30),
        *(" ", "\n", "\r\n", "\n\n", "\n \n\n", "\u2028", "\xa0", "\t"),
    ]
)
texts = st.one_of(
    st.text(max_size=80),
    st.lists(pieces, max_size=30).map(" ".join),
    st.lists(pieces, max_size=30).map("".join),
)


@st.composite
def cuts(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text and a stretch of it."""
    text = draw(texts.filter(bool))
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@settings(deadline=None, max_examples=100)
@given(texts)
def test_nothing_is_lost(text: str) -> None:
    """Sentences and paragraphs are in order, apart, trimmed, and hold all that is not white space."""
    for places in (sentences(text), paragraphs(text)):
        covered: set[int] = set()
        last = 0
        for start, end in places:
            assert last <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()
            covered.update(range(start, end))
            last = end
        assert all(c.isspace() for at, c in enumerate(text) if at not in covered)


@settings(deadline=None, max_examples=100)
@given(texts)
def test_no_sentence_crosses_a_paragraph(text: str) -> None:
    """Every sentence lies within one paragraph."""
    blocks = paragraphs(text)
    assert all(any(a <= start and end <= b for a, b in blocks) for start, end in sentences(text))


@settings(deadline=None, max_examples=100)
@given(cuts())
def test_places_are_those_of_the_whole_text(cut: tuple[str, int, int]) -> None:
    """The sentences of a stretch are those of its text alone, counted from the article's start."""
    text, start, end = cut
    alone = [(start + a, start + b) for a, b in sentences(text[start:end])]
    assert sentences(text, start, end) == alone


@settings(deadline=None, max_examples=150)
@given(cuts())
def test_sentences_are_whole_however_they_are_cut(cut: tuple[str, int, int]) -> None:
    """A stretch that is cut anywhere gives the sentences of the article that reach into it."""
    text, start, end = cut
    expected = [(a, b) for a, b in sentences(text) if b > start and a < end]
    assert whole_sentences(text, start, end) == expected


@settings(deadline=None, max_examples=100)
@given(cuts())
def test_the_sentence_before_is_its_neighbour(cut: tuple[str, int, int]) -> None:
    """It is the last sentence that ends before a place, in the same paragraph, or None."""
    text, at, _ = cut
    blocks = [(a, b) for a, b in paragraphs(text) if a <= at < b]
    earlier = [(a, b) for a, b in sentences(text) if b <= at and blocks and a >= blocks[0][0]]
    assert sentence_before(text, at) == (earlier[-1] if earlier else None)


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. military struck.", "It was at night."],
        ["He met U.S. President Obama.", "They spoke."],
        ["Mr. Lavrov spoke.", "Mrs. May did not.", "Dr. Ro left."],
        ["Lt. Col. Ryan said so.", "No one agreed."],
        ["Prices rose 1.5 percent.", "Gen. Haftar was told at 5 p.m. on Sunday."],
        ['"We will stay," he said.', '"For how long?"', "He did not say."],
        ["Is it over?", "Yes!", "So it seems.", "Not quite…"],
    ],
)
def test_where_sentences_end(expected: list[str]) -> None:
    """A dot after a title, an initial or in a number ends no sentence; the others do."""
    text = " ".join(expected)
    assert [text[a:b] for a, b in sentences(text)] == expected


def split(text: str) -> list[str]:
    """The paragraphs' texts."""
    return [text[a:b] for a, b in paragraphs(text)]


def test_where_paragraphs_end() -> None:
    """A blank line ends one; a line break does so only among lines that nobody wrapped by hand."""
    line = "word " * 25 + "end."
    assert split("One\nline.\n\nTwo.\n \t\n\n Three. ") == ["One\nline.", "Two.", "Three."]
    assert split(f"Title\n{line}\n{line}") == ["Title", line, line]
    assert split(f"{line[:90]}\n{line[90:]}") == [f"{line[:90]}\n{line[90:]}"]
    assert split("") == split(" \n\n ") == []


def test_a_sentence_of_wrapped_lines_is_whole() -> None:
    """In text that was wrapped by hand a sentence goes on over the line, and is given so."""
    text = "It began. The army said on\nWednesday that it had\ncrossed the border. It ended."
    at = text.index("had")
    assert [text[a:b] for a, b in whole_sentences(text, at, at + 3)] == [text[10:-10]]
    assert whole_sentences(text, text.index("Wednesday"), at) == [(10, len(text) - 10)]


def test_a_cut_after_an_initial_is_no_end() -> None:
    """A stretch that ends with "U.S." goes on to where the sentence ends."""
    text = "He met the U.S. envoy in Geneva. They spoke."
    assert whole_sentences(text, 0, text.index(" envoy")) == [(0, text.index(" They"))]


def test_an_hour_with_its_zone_is_no_end() -> None:
    """After "p.m." a sentence goes on with the zone that the hour is told in, and ends with it."""
    text = "It fired at 8:53 p.m. Pacific time. It ended at 9 p.m. Crews left at 9 a.m. EDT."
    ends = [text[a:b][-6:] for a, b in sentences(text)]
    assert ends == [" time.", "9 p.m.", ". EDT."]
    apart = "It ended at 8 p.m.\n\nPacific time is what counts."
    assert len(sentences(apart)) == 2


def test_the_sentence_before() -> None:
    """The neighbour within the paragraph; a paragraph's first sentence has none."""
    text = "One is here. Two is here.\n\nThree is here. It leans."

    def before(words: str) -> str | None:
        found = sentence_before(text, text.index(words))
        return text[slice(*found)] if found else None

    assert before("Two") == "One is here."
    assert before("It leans") == "Three is here."
    assert before("leans") == "Three is here."
    assert before("Three") is None
    assert before("One") is None


def test_the_headline_is_no_sentence_before() -> None:
    """A line of its own above a long line is another paragraph, also for what follows it."""
    text = "Tanks cross the border\n" + "It began at dawn and went on for many hours. " * 4
    assert sentence_before(text, text.index("It")) is None


def test_far_away_text_is_not_read() -> None:
    """Within a text without an end, a sentence is looked for near by alone, and still found."""
    text = "word " * 2_000 + "end. Here it is. " + "word " * 2_000
    at = text.index("Here")
    assert whole_sentences(text, at, at + 4) == [(at, at + 11)]
    a, b = sentence_before(text, at) or (0, 0)
    assert text[a:b].endswith("word end.")
    assert b - a < 3_000
