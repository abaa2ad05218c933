"""Which sentences are quoted, and how: whole, word for word, nothing twice."""

import math
from dataclasses import replace

import numpy as np
import pytest
from fakes import HashEmbedder, article
from hypothesis import given
from hypothesis import strategies as st

from retrieval.candidates import Candidate, QuoteReader, as_read
from retrieval.clues import NAMES, asked
from retrieval.quotes import MOST, choose, quotes_of
from retrieval.terms import terms
from retrieval.types import Article, Passage, Span
from retrieval.verify import Claim, verify

TEXT = (
    "The minister opened the bridge on Monday. He called it a great day for the valley.\n\n"
    "Farmers objected to the toll. They said it would cost them 40 euros a month."
)
BRIDGE = article("bridge", TEXT, title="Bridge opens")


def passage(it: Article, score: float = 0.8, **rest: object) -> Passage:
    """The whole article as one passage."""
    found = Passage(it, 0, len(it.text), score, parts={"cosine": score, "words": score})
    return replace(found, **rest)  # type: ignore[arg-type]


def candidate(it: Article, sentence: str, chance: float) -> Candidate:
    """A sentence of an article with its probability."""
    start = it.text.index(sentence)
    return Candidate(passage(it), start, start + len(sentence), chance, chance, chance, 0.0, "")


def question(text: str) -> dict[str, float]:
    """Every term of a question, of equal weight."""
    return dict.fromkeys(terms(text), 1.0)


def claims(text: str, *passages: Passage) -> list[Claim]:
    """The quotes for a question, as claims."""
    embedder = HashEmbedder()
    vector = embedder.query(text)
    return quotes_of(
        QuoteReader(embedder).candidates(asked(text, question(text)), vector, passages)
    )


def read(text: str, *passages: Passage) -> list[str]:
    """The quotes for a question."""
    return [claim.text for claim in claims(text, *passages)]


def test_the_sentence_that_answers_comes_first() -> None:
    """Whole and word for word."""
    assert read("Who objected to the toll?", passage(BRIDGE))[0].startswith("Farmers objected")


def test_a_pronoun_keeps_its_sentence_before_it() -> None:
    """What begins by pointing back is shown together with what it points to."""
    him = candidate(BRIDGE, "He called it a great day for the valley.", 0.9)
    (quoted,) = choose([him])
    assert quoted.text == TEXT.split("\n\n", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("In a statement issued on Monday, it warned of delays.", True),
        ("At a news conference he spoke of delays.", True),
        ("At the time Erdogan said he was for it.", False),
        ("In May, trains ran late.", False),
    ],
)
def test_a_pronoun_after_a_phrase_leans_too(sentence: str, leans: bool) -> None:
    """What points back is shown with what it points to, also where a phrase comes before it."""
    it = article("x", f"The ministry spoke first. {sentence}")
    (quoted,) = choose([candidate(it, sentence, 0.9)])
    assert quoted.text.startswith("The ministry") is leans


def test_a_pronoun_at_the_top_of_a_paragraph_stands_alone() -> None:
    """A sentence of another paragraph is not what it points to."""
    it = article("x", "Trains ran late.\n\nThey were full.")
    (quoted,) = choose([candidate(it, "They were full.", 0.9)])
    assert quoted.text == "They were full."


def test_a_quote_that_reaches_into_another_makes_it_longer() -> None:
    """One clipping of two sentences, not two that overlap."""
    first = candidate(BRIDGE, "Farmers objected to the toll.", 0.9)
    second = candidate(BRIDGE, "They said it would cost them 40 euros a month.", 0.8)
    (quoted,) = choose([first, second])
    assert quoted.text == TEXT.split("\n\n", maxsplit=1)[1]


def test_other_articles_come_first() -> None:
    """A second article that speaks to it is quoted before the first one's next sentence."""
    other = article("other", "Shops welcomed the bridge.")
    chosen = choose(
        [
            candidate(BRIDGE, "Farmers objected to the toll.", 0.9),
            candidate(BRIDGE, "The minister opened the bridge on Monday.", 0.5),
            candidate(other, "Shops welcomed the bridge.", 0.46),
        ]
    )
    assert [it.passage.article.id for it in chosen] == ["abridge", "aother", "abridge"]


def test_an_article_whose_passage_is_behind_speaks_too() -> None:
    """What would answer as well, had its passage been the best, is quoted; the rest is not."""
    other = article("other", "Shops welcomed the bridge. Rain fell.")
    far = replace(candidate(other, "Shops welcomed the bridge.", 0.01), alone=0.5)
    farther = replace(candidate(other, "Rain fell.", 0.01), alone=0.3)
    chosen = choose([candidate(BRIDGE, "Farmers objected to the toll.", 0.9), farther, far])
    assert [it.text for it in chosen] == [
        "Farmers objected to the toll.",
        "Shops welcomed the bridge.",
    ]


def test_a_heading_is_no_answer() -> None:
    """A line that ends like no sentence is quoted only where there is nothing else."""
    it = article("x", "Farmers object\n\nThey fear the cost.")
    heading = candidate(it, "Farmers object", 0.9)
    assert [c.text for c in choose([heading, candidate(it, "They fear the cost.", 0.2)])] == [
        "They fear the cost."
    ]
    assert [c.text for c in choose([heading])] == ["Farmers object"]


def test_nothing_is_said_twice() -> None:
    """The same sentence of two articles, or nearly the same, is quoted once."""
    copy = article("copy", "Farmers objected loudly to the toll.")
    chosen = choose(
        [
            candidate(BRIDGE, "Farmers objected to the toll.", 0.9),
            candidate(copy, "Farmers objected loudly to the toll.", 0.8),
        ]
    )
    assert len(chosen) == 1


def test_what_is_far_behind_the_best_is_not_shown() -> None:
    """Up to four quotes, and none for the sake of the number."""
    many = article("many", " ".join(f"Subject{n} met place{n} and thing{n}." for n in range(9)))
    sentences = [f"Subject{n} met place{n} and thing{n}." for n in range(9)]
    assert len(choose([candidate(many, s, 0.9) for s in sentences])) == MOST
    weak = [candidate(many, s, 0.9 if s == sentences[3] else 0.01) for s in sentences]
    assert [it.text for it in choose(weak)] == [sentences[3]]


def test_where_the_passage_recurs_so_does_the_quote() -> None:
    """The other article's span holds the same words."""
    copy = replace(BRIDGE, id="copy", text="Also printed here.\n\n" + TEXT)
    twice = passage(BRIDGE, also=(Span(copy, 20, len(copy.text)),))
    text = "Who objected to the toll?"
    (first, *_) = claims(text, twice)
    (span,) = first.also
    assert copy.text[span.start : span.end] == first.text


def test_sentences_are_embedded_once() -> None:
    """Asked again, only the question costs anything."""
    embedder = HashEmbedder()
    reader = QuoteReader(embedder)
    for _ in range(2):
        reader.candidates(
            asked("toll", question("toll")), embedder.query("toll"), [passage(BRIDGE)]
        )
    sentences = [text for text in embedder.asked if text != "toll"]
    assert len(sentences) == len(set(sentences)) == 4


def test_a_passage_that_answers_comes_first() -> None:
    """Two passages of nearly one score change places where the second has the better sentence."""
    other = article("other", "The bridge was painted green.")
    first, second = passage(other, 0.6, chunk=1), passage(BRIDGE, 0.58, chunk=2)
    said = replace(candidate(BRIDGE, "Farmers objected to the toll.", 0.8), passage=second)
    painted = replace(candidate(other, other.text, 0.1), passage=first)
    ranked = as_read([first, second], [painted, said])
    assert [it.article for it in ranked] == [BRIDGE, other]
    assert ranked[0].parts["sentence"] == 0.8
    assert 1 >= ranked[0].score > ranked[1].score >= 0
    assert as_read([first, second], [])[0].article == other


def test_nothing_found_nothing_quoted() -> None:
    """No passages, no quotes."""
    assert read("Who?") == []


texts = st.lists(
    st.sampled_from(
        ["He", "Rain", "fell.", "It", "stopped", "Mr.", "said", "\n\n", "\n", "42", "."]
    ),
    min_size=1,
    max_size=40,
).map(" ".join)


@given(st.lists(texts.filter(str.strip), min_size=1, max_size=4), texts)
def test_quotes_are_always_verbatim(bodies: list[str], text: str) -> None:
    """Whatever the articles say: every claim stands, none overlaps another, four at most."""
    articles = [article(n, body) for n, body in enumerate(bodies)]
    passages = [passage(it, 0.5) for it in articles]
    said = claims(text, *passages)
    assert len(said) <= MOST
    checked = verify(said, passages)
    assert not [why for _, why in checked.dropped if "same" not in why]
    for citation in checked.citations:
        assert citation.quote == citation.article.text[citation.start : citation.end]
        assert citation.quote == citation.quote.strip()


@pytest.mark.parametrize("chance", [0.2, 0.8])
def test_probabilities_are_probabilities(chance: float) -> None:
    """Between 0 and 1 for any clues, and growing where a clue that speaks for it grows."""
    fitted = QuoteReader(HashEmbedder()).numbers.quotes
    rows = np.full((2, len(NAMES)), chance, np.float32)
    rows[1, NAMES.index("cosine")] += 0.1
    low, high = fitted.probability(rows)
    assert 0 < low < high < 1
    assert math.isfinite(low)
