"""Pure scoring of answers against a question set; a missing answer scores zero."""

from collections.abc import Iterable, Mapping
from typing import Any

Json = Mapping[str, Any]


def score(
    questions: Iterable[Json], answers: Mapping[str, Json], texts: Mapping[str, str]
) -> dict[str, float]:
    """Figures over a question set, each a share from 0 to 1.

    Args:
        questions: with `id`, `article_id`, `paragraph`, `answers`, `answerable`.
        answers: by question id, as `clippings ask --json` prints them.
        texts: every article's text, by id.

    A passage holds the answer where it is from the question's article, overlaps its paragraph and
    contains one of the answers (or lies within one: some sets answer in whole sentences). The first
    quote and any quote are judged by their words alone, also when other articles say the same.
    `hit@k` and the quotes count answerable questions only, refused ones as misses of the quotes.
    """
    asked = list(questions)
    gold = [q for q in asked if q["answerable"] and any(a.strip() for a in q["answers"])]
    got = [answers.get(q["id"], {}) for q in gold]
    figures = {
        f"hit@{k}": _mean(_hit(q, a, k) for q, a in zip(gold, got, strict=True)) for k in (1, 4, 10)
    }
    figures["first_quote"] = _mean(_quoted(q, a, 1) for q, a in zip(gold, got, strict=True))
    figures["any_quote"] = _mean(_quoted(q, a, 4) for q, a in zip(gold, got, strict=True))
    figures["answered"] = _mean(a.get("status") == "answered" for a in got)
    cited = [c for q in asked for c in answers.get(q["id"], {}).get("citations", ())]
    figures["verbatim"] = _mean(
        c["quote"] == texts.get(c["article_id"], "")[c["start"] : c["end"]] for c in cited
    )
    return figures | {"questions": len(gold), "quotes": len(cited)}


def written(answers: Iterable[Json]) -> dict[str, float]:
    """What became of a model's sentences: kept, dropped; answers it refused, or left to quotes."""
    every = list(answers)
    by_model = [a for a in every if a.get("status") == "answered" and a.get("reader") != "quotes"]
    return {
        "sentences_kept": sum(len(a["answer"].splitlines()) for a in by_model),
        "sentences_dropped": sum(a.get("dropped", 0) for a in every),
        "refused": sum(a.get("status") == "abstained" for a in every),
        "left_to_quotes": sum(
            a.get("status") == "answered" and a.get("reader") == "quotes" for a in every
        ),
        "tokens": sum(sum(a.get("tokens", {}).values()) for a in every),
    }


def _hit(question: Json, answer: Json, k: int) -> bool:
    first, last = question["paragraph"]
    return any(
        passage["article_id"] == question["article_id"]
        and passage["start"] < last
        and passage["end"] > first
        and holds(passage["text"], question["answers"])
        for passage in answer.get("passages", ())[:k]
    )


def _quoted(question: Json, answer: Json, k: int) -> bool:
    quotes = answer.get("citations", ())[:k]
    return any(holds(citation["quote"], question["answers"]) for citation in quotes)


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether a text contains one of the answers, or lies within one; white space and case aside."""
    words = _plain(text)
    plain = [_plain(answer) for answer in answers if answer.strip()]
    return any(answer in words or words in answer for answer in plain)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _mean(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
