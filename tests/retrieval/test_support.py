"""One drafted sentence against the sentences of an article: what is kept, what is not, and why."""

import pytest
from fakes import article
from hypothesis import given
from hypothesis import strategies as st

from retrieval.claims import drafted, read
from retrieval.figures import dates, figures
from retrieval.pieces import pieces
from retrieval.support import support
from retrieval.types import Passage, Span
from retrieval.verify import claims, verify

TEXT = (
    'Russia\'s foreign ministry said it was "deeply worried" by the incursion. It warned that '
    "civilians could be killed. Syria's foreign ministry condemned the incursion as a \"blatant "
    'violation".\n\n'
    "The bridge, which is 57 kilometres long, took 17 years to build and cost more than 12 billion "
    "francs. England voted to leave, while Scotland voted to stay. Officials had counted 108 deaths "
    "on Thursday and 271 on Friday. The probe had not been designed to land. Turkey shot down a "
    "Russian warplane on 9 August 2015. Peter Berdowski, the chief executive of Boskalis, said about "
    "30,000 cubic metres of sand had been dredged. He said that the ship was free."
)
ARTICLE = article(1, TEXT, title="A bridge and a border", published="2016-08-24")
WHOLE = [Span(ARTICLE, 0, len(TEXT))]


def why(text: str) -> str:
    """Why a sentence is dropped; empty where it is kept."""
    return support(read(text, 0, len(text)), WHOLE).why


@pytest.mark.parametrize(
    "text",
    [
        'Russia said it was "deeply worried" by the incursion.',
        "Moscow warned that civilians could be killed.",
        'The Syrian Government condemned the incursion as a "blatant violation".',
        "The bridge is 57 kilometres long and cost over 12 billion francs.",
        "Scotland voted to remain.",
        "Officials counted 271 deaths on Friday.",
        "The probe was not designed to land.",
        "A Russian warplane was shot down by Turkey on 9 August 2015.",
        "Berdowski said about 30,000 cubic metres of sand had been dredged.",
        "According to Peter Berdowski, the ship was free.",
        "Officials had counted 271 deaths by Friday, 19 August 2016.",
    ],
)
def test_what_the_article_bears_out(text: str) -> None:
    """In other words than the article's, with the right speaker."""
    assert why(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('Russia condemned the incursion as a "blatant violation".', "not Russia"),
        ("Syria warned that civilians could be killed.", "not Syria"),
        ('Russia said it was "gravely worried" by the incursion.', ""),
        ("The bridge is 75 kilometres long.", "does not give the figure 75"),
        ("The bridge cost less than 12 billion francs.", ""),
        ("England voted to stay.", "of different things"),
        ("Officials counted 271 deaths on Thursday.", "counts something else"),
        ("Officials counted 271 deaths on 18 August.", ""),
        ("Officials counted 271 deaths on 26 August.", ""),
        ("Officials counted 271 deaths on 19 August 2015.", ""),
        ("The probe was designed to land.", "the opposite"),
        ("Russia shot down a Turkish warplane on 9 August 2015.", ""),
        ("Turkey shot down a Russian warplane on 10 August 2015.", ""),
        ("Turkey shot down a Russian warplane in Syria on 9 August 2015.", "does not say: Syria"),
        ("Civilians were killed.", "“could”"),
        ("The pope blessed the bridge.", "does not say"),
        ("Angela Merkel said that sand had been dredged.", "not Angela Merkel"),
        ("The ship was free and was sold to Taiwan.", ""),
    ],
)
def test_what_it_does_not(text: str, reason: str) -> None:
    """Each by its own fault."""
    told = why(text)
    assert told
    assert reason in told


SMALL = (
    "Turkey sent tanks across the border and, by evening, Syrian rebels had taken the town of Jarabulus. "
    "The prize will be presented in Stockholm on 10 December. The first passengers were members of the "
    "public. The ship had been stuck since Tuesday. Boris Johnson, the former mayor, said there was no "
    "need for haste. The line lies 2,300 metres below the tops. The assault came four days after a bomber "
    "killed 50 people. Kurdish forces would lose support if they did not go back. Shipping lines warned "
    "that the effects would last longer than the blockage. About 12 percent of trade passes there."
)
SMALLER = article(2, SMALL, title="Small words", published="2016-08-24")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Turkish rebels had taken the town of Jarabulus.", "Syrian there, not Turkish"),
        ("The prize was presented in Stockholm on 10 December.", "“will” there only"),
        ("The only passengers were members of the public.", "“only”"),
        ("The ship had been stuck since Monday.", "Monday"),
        (
            "Boris Johnson, the mayor, said there was no need for haste.",
            "does not call Boris Johnson mayor",
        ),
        ("The line lies 2,300 feet below the tops.", "feet"),
        ("The assault came because a bomber killed 50 people.", "“because”"),
        ("The assault came four days before a bomber killed 50 people.", "“before”"),
        ("Kurdish forces would lose support.", "“if ...”"),
        ("Shipping lines warned that the blockage would last longer than the effects.", "“than”"),
        ("Most of trade passes there.", "“Most of”"),
    ],
)
def test_small_words_turn_a_statement(text: str, reason: str) -> None:
    """What the words share is the same; what they claim is not."""
    told = support(read(text, 0, len(text)), [Span(SMALLER, 0, len(SMALL))]).why
    assert reason in told


@pytest.mark.parametrize(
    "text",
    [
        "By evening, the town of Jarabulus had been taken by Syrian rebels.",
        "On 10 December the prize will be presented in Stockholm.",
        "Boris Johnson, the former mayor, said there was no need for haste.",
        "A bomber killed 50 people four days before the assault.",
        "Kurdish forces would lose support if they did not go back.",
        "There was no need for haste, said Boris Johnson, the former mayor.",
    ],
)
def test_small_words_that_stay(text: str) -> None:
    """The same with them, in another order and voice."""
    assert support(read(text, 0, len(text)), [Span(SMALLER, 0, len(SMALL))]).why == ""


def test_two_sentences_of_one_place_support_one_together() -> None:
    """The citation is then both of them."""
    text = "The bridge is 57 kilometres long, and Scotland voted to stay."
    found = support(read(text, 0, len(text)), WHOLE)
    assert [TEXT[s.start : s.end][:7] for s in found.spans] == ["The bri", "England"]


def test_marks_are_read_wherever_models_put_them() -> None:
    """Before or after the full stop, one by one or together."""
    text = "One thing [1]. Two things. [2][3] Three things [1, 2]! Four things."
    assert [(it.text, it.cites) for it in drafted(text)] == [
        ("One thing.", (1,)),
        ("Two things.", (2, 3)),
        ("Three things!", (1, 2)),
        ("Four things.", ()),
    ]


def test_a_pronoun_speaks_for_whom_the_draft_named() -> None:
    """What "he said" is held against the speaker of the sentence before it in the draft."""
    text = "Angela Merkel came. She said that sand had been dredged. [1]"
    assert drafted(text)[1].speaker == "Angela Merkel"


def test_pieces_have_the_subject_and_the_speaker_of_the_whole() -> None:
    """The whole comes first; a piece that names no subject of its own is given the first one's."""
    text = "Moscow said that it was worried about it and warned of deaths there."
    whole, *cuts = pieces(read(text, 0, len(text)))
    assert [it.text for it in whole] == [text]
    assert [cut[1].text for cut in cuts] == ["it warned of deaths there."]
    assert {it.speaker for cut in cuts for it in cut} == {"Moscow"}


def test_three_sentences_of_one_place_support_one_together() -> None:
    """Each piece by its own sentence, in the order of the draft."""
    text = (
        "The bridge cost more than 12 billion francs, Scotland voted to stay, "
        "and the probe was not designed to land."
    )
    found = support(read(text, 0, len(text)), WHOLE)
    assert [TEXT[s.start : s.end][:7] for s in found.spans] == ["The bri", "England", "The pro"]


def test_words_of_its_own_do_not_drop_a_sentence() -> None:
    """A verb put in other words is borne; a thing that the article does not name is not."""
    other = "The bridge, which is 57 kilometres long, was built in 17 years and cost over 12 billion francs."
    assert why(other) == ""
    assert "airport" in why("Officials had counted 108 deaths at the airport on Thursday.")


def test_an_office_is_that_of_the_article() -> None:
    """And of its holder: what stands beside one name is not lent to another."""
    assert why("Peter Berdowski, the head of Boskalis, said that the ship was free.") == ""
    told = why("Peter Berdowski, the mayor of Boskalis, said that the ship was free.")
    assert "does not call Peter Berdowski" in told


def test_figures_and_dates() -> None:
    """Digits and words, magnitudes, bounds; days, months, weekdays."""
    values = [
        (it.value, it.bound) for it in figures("more than $12bn, ten of 1,234 and 0.5 percent")
    ]
    assert values == [("12000000000", "more"), ("10", ""), ("1234", ""), ("0.5", "")]
    values = [
        it.value for it in figures("Ninety-six percent, two and a half days, 1220 GMT, 12:20")
    ]
    assert values == ["96", "2.5", "12:20", "12:20"]
    found = dates("On Friday, 9 August 2015, and on March 3rd")
    assert found.days == {(9, "august"), (3, "march")}
    assert found.weekdays == {"friday"}


def test_what_was_said_twice_is_kept_once() -> None:
    """And a sentence whose passage was not given stands for nothing."""
    passage = Passage(ARTICLE, 0, len(TEXT), 1.0)
    text = (
        "The bridge is 57 kilometres long. [1] The bridge is 57 kilometres long. [1] It rained. [7]"
    )
    checked = verify(claims(text, [passage]), [passage])
    assert checked.answer == "The bridge is 57 kilometres long. [1]"
    assert [reason for _, reason in checked.dropped] == [
        "it says the same again",
        "it cites no passage that was given",
    ]


WORDS = st.sampled_from(
    [
        *TEXT.split()[:40],
        "[1]",
        "[2]",
        ".",
        '"',
        "not",
        "and",
        "said",
        "12",
        "according to",
        "@everyone",
    ]
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_any_draft_at_all(text: str) -> None:
    """Nothing fails, and whatever is kept cites what stands in the article."""
    passage = Passage(ARTICLE, 0, len(TEXT), 1.0)
    checked = verify(claims(text, [passage]), [passage])
    assert "@everyone" not in checked.answer
    for citation in checked.citations:
        assert citation.quote == TEXT[citation.start : citation.end]
    assert len(checked.sentences) + len(checked.dropped) == len(claims(text, [passage]))
