"""Who says a sentence: by the verb beside the name, by "according to", by what a pronoun points to."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract import extract
from retrieval.sentences import sentences
from retrieval.speakers import speaker_of, subject_of
from retrieval.types import Article

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "articles"


def alone(sentence: str) -> str | None:
    """The name of who says a text of one sentence."""
    found = speaker_of(sentence, 0, len(sentence))
    return found and found.name


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Moscow said a settlement would have to rest on law.", "Moscow"),
        ("Mark Carney, the governor of the Bank, said it was ready.", "Mark Carney"),
        ("The US secretary of state, John Kerry, told his host that they left.", "John Kerry"),
        ("Salih Muslim, who leads the PYD, has repeatedly warned of it.", "Salih Muslim"),
        (
            "In Berlin, ministry spokesman Martin Schaefer said so.",
            "ministry spokesman Martin Schaefer",
        ),
        ("Speaking outside his house, Cameron said he would go.", "Cameron"),
        ("The burn cut the speed by half, NASA said.", "NASA"),
        ("Even if they are kept, the agency said, it grows warmer.", "the agency"),
        (
            '"It worked perfectly," project manager Rick Nybakken said.',
            "project manager Rick Nybakken",
        ),
        ('"It worked perfectly," said Rick Nybakken, the manager.', "Rick Nybakken"),
        ("More than 60,000 people were in shelters, according to the agency.", "the agency"),
        (
            "One soldier was killed, according to army sources, who said more were hurt.",
            "army sources",
        ),
        ("Army sources gave another account, saying that jets had struck.", "Army sources"),
        ("Syria's foreign ministry condemned the incursion.", "Syria's foreign ministry"),
        ("A day later the YPG said its work was done.", "the YPG"),
        (
            "One of them, the Northern Sun Battalion, said it was coming.",
            "the Northern Sun Battalion",
        ),
        (
            "Patricia Espinosa, the climate chief, and Salaheddine Mezouar, the minister, said so.",
            "Patricia Espinosa, the climate chief, and Salaheddine Mezouar",
        ),
    ],
)
def test_the_name_beside_the_verb(sentence: str, name: str) -> None:
    """As it is written, without title clauses, time or place."""
    assert alone(sentence) == name


@pytest.mark.parametrize(
    "sentence",
    [
        "The twin-bore tunnel runs from Erstfeld to Bodio.",
        "The council was announced on Monday.",
        "Fighters, armed and advised by Washington, captured the town.",
        "He was the first soldier reported killed.",
        'The sign reads "the mayor said no" in red.',
        "He said it would rain.",
        "",
    ],
)
def test_nobody_says_it(sentence: str) -> None:
    """A passive, a word in quotation marks, a pronoun that points to nobody: none of them speaks."""
    assert alone(sentence) is None


def said_last(text: str) -> str | None:
    """Who says a text's last sentence."""
    found = speaker_of(text, *sentences(text)[-1])
    assert found is None or text[found.start : found.end] == found.name
    return found and found.name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Fikri Isik, the minister, said no. He said Turkey had every right.", "Fikri Isik"),
        ("Joe Biden landed in Ankara. At a news conference he told them to go.", "Joe Biden"),
        ("Sara Danius announced it. She was happy. She compared him to Homer.", "Sara Danius"),
        ("The United Nations said so. It asked donors for money.", "The United Nations"),
        ("Martin Schaefer said so. Germany respected the view, he said.", "Martin Schaefer"),
        (
            "Syria's foreign ministry spoke. It was late, the ministry said.",
            "Syria's foreign ministry",
        ),
        (
            "The Jarablus Military Council said so. The council said more.",
            "The Jarablus Military Council",
        ),
        (
            "Boskalis reported it. The European Space Agency's probe landed. The agency said so.",
            "European Space Agency",
        ),
        ("The vote was close. He said it was over.", None),
    ],
)
def test_pronouns_and_short_names_point_back(text: str, name: str | None) -> None:
    """To who spoke before, or whom the sentence before is about; a ministry is no "he"."""
    assert said_last(text) == name


def test_what_a_sentence_is_about() -> None:
    """Its subject up to the first verb."""
    text = "The interim president, Jocelerme Privert, was there."
    found = subject_of(text, 0, len(text))
    assert found
    assert found.name == "Jocelerme Privert"


def example(name: str) -> Article:
    """An example article by the start of its file's name."""
    file = next(file for file in EXAMPLES.iterdir() if file.name.startswith(name))
    return extract(file.read_bytes(), file.suffix, str(file)).articles[0]


def test_a_whole_article() -> None:
    """Two governments that speak of the same thing are told apart in a real report."""
    it = example("2016-08-25")
    said = {it.text[a:b]: speaker_of(it.text, a, b) for a, b in sentences(it.text)}
    names = [(words[:30], found.name) for words, found in said.items() if found]
    assert ("Russia's foreign ministry said", "Russia's foreign ministry") in names
    assert ("The ministry said that all eth", "Russia's foreign ministry") in names
    assert ("Some fighters remained in the ", "A spokesman for the US-led coalition") in names
    assert ("Germany respected Ankara's vie", "foreign ministry spokesman Martin Schaefer") in names


WORDS = st.sampled_from(
    [
        "He",
        "said",
        "the",
        "ministry",
        ",",
        "according to",
        "Moscow",
        '"',
        "who",
        ".",
        "told",
        "on",
        "\n",
    ]
)


@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_any_text_at_all(text: str) -> None:
    """Whatever the words, the name stands where it says, and nothing fails."""
    for a, b in sentences(text):
        found = speaker_of(text, a, b)
        assert found is None or text[found.start : found.end] == found.name != ""
