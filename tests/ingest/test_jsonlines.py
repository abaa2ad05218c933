"""JSON lines: stored to the character, and a bad line costs itself alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract import extract
from retrieval.types import Article

_text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), min_size=1
).filter(lambda t: t.strip())
_line = st.fixed_dictionaries(
    {"id": _text | st.integers(), "title": _text, "text": _text},
    optional={"source": st.none() | st.just("The Wire"), "more": st.integers()},
)


def _as_lines(values: list[object]) -> bytes:
    return "\n".join(json.dumps(value, ensure_ascii=False) for value in values).encode()


@given(st.lists(_line, min_size=1, max_size=5, unique_by=lambda line: str(line["id"])))
def test_what_is_given_comes_back_to_the_character(lines: list[dict[str, object]]) -> None:
    """Id, title and text are what the line holds, white space and line breaks included."""
    found = extract(_as_lines(list(lines)), ".jsonl", "file:///a")
    assert found.problems == []
    assert [(it.id, it.title, it.text) for it in found.articles] == [
        (str(line["id"]), line["title"], line["text"]) for line in lines
    ]


def test_all_that_is_known_is_taken() -> None:
    """Optional fields come along; an article without a title is called by its first words."""
    line = {
        "id": 7,
        "text": " The harbour\r\nclosed. ",
        "url": "https://example.org/7",
        "published": "2016-08-24T10:00:00+02:00",
        "source": "The Wire",
        "author": ["Ann Lee", "Bo Ek"],
    }
    [article] = extract(_as_lines([line]), ".jsonl", "file:///a").articles
    assert article == Article(
        id="7",
        title="The harbour",
        text=" The harbour\r\nclosed. ",
        url="https://example.org/7",
        published="2016-08-24T10:00:00+02:00",
        source="The Wire",
        author="Ann Lee, Bo Ek",
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": "b", "text"', "line 3 is not valid JSON (character 20): left out"),
        ("[" * 200_000, "line 3 is not valid JSON: left out"),
        ('{"id": ' + "1" * 5_000 + ', "text": "x"}', "line 3 is not valid JSON: left out"),
        ('["id", "text"]', "line 3 is not a JSON object: left out"),
        ('{"text": "x"}', 'line 3 has no "id": left out'),
        ('{"id": "", "text": "x"}', 'line 3 has no "id": left out'),
        ('{"id": true, "text": "x"}', 'line 3 has no "id": left out'),
        ('{"id": null, "text": "x"}', 'line 3 has no "id": left out'),
        ('{"id": "b"}', 'line 3 has no "text": left out'),
        ('{"id": "b", "text": " \\n"}', 'line 3 has no "text": left out'),
        ('{"id": "b", "text": 7}', 'line 3 has no "text": left out'),
        ('{"id": "b", "text": "\\ud800"}', "line 3 holds half a character (a lone surrogate): le"),
        ('{"id": "\\udfff", "text": "x"}', "line 3 holds half a character (a lone surrogate): le"),
        ('{"id": "a", "text": "x"}', "line 3: the id 'a' is that of line 1 already: left out"),
    ],
)
def test_a_bad_line_is_left_out_and_told(line: str, problem: str) -> None:
    """One line with its number says what is wrong; the lines around it are read."""
    data = f'{{"id": "a", "text": "First."}}\n\n{line}\r\n{{"id": "z", "text": "Last."}}\n'
    found = extract(data.encode(), ".jsonl", "file:///a")
    assert [it.text for it in found.articles] == ["First.", "Last."]
    [told] = found.problems
    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ('"published": "soon"', "its date 'soon' cannot be used (no date was recognised): stored"),
        ('"published": 1472040000', "its date '1472040000' cannot be used (a bare number is no"),
        ('"url": "ftp://x.org"', "its url is no web address: stored without it"),
        ('"url": {"a": 1}', ""),
        ('"source": "\\ud800", "title": 7', ""),
    ],
)
def test_a_bad_field_costs_itself_alone(field: str, problem: str) -> None:
    """The article is stored without it, and its line is named."""
    found = extract(f'{{"id": "a", "text": "x", {field}}}'.encode(), ".jsonl", "file:///a")
    [article] = found.articles
    assert (article.text, article.url, article.published) == ("x", None, None)
    assert article.source in (None, "�")
    assert [told.startswith(f"line 1: {problem}") for told in found.problems] == [True] * bool(
        problem
    )
