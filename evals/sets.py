"""Question sets: read from a folder, with the gold of every question as places in the articles."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.extract import extract
from ingest.kinds import KINDS
from retrieval.types import Article, Span

EXAMPLES = Path(__file__).parent.parent / "examples" / "articles"
_FOREIGN = {"offtopic", "smalltalk", "injection", "nonsense"}  # kinds that no article speaks of


@dataclass(frozen=True, slots=True)
class Case:
    """One question: where its answers stand, and what a right quote holds.

    `near` is a question on the articles' subjects that they do not answer; `foreign` one on others.
    """

    id: str
    question: str
    group: str
    kind: str
    gold: tuple[Span, ...]
    answers: tuple[str, ...]
    history: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    source: str | None = None
    foreign: bool = False

    @property
    def near(self) -> bool:
        """Whether it has no gold, and is not foreign either."""
        return not self.gold and not self.foreign


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Articles and questions that belong together, and a digest of both."""

    name: str
    articles: tuple[Article, ...]
    cases: tuple[Case, ...]
    digest: str

    def holding(self, group: str) -> "QuestionSet":
        """The articles of one group alone: the other group's questions are foreign then."""
        own = {s.article.id for case in self.cases if case.group == group for s in case.gold}
        cases = tuple(
            replace(case, gold=(), foreign=True)
            if case.gold and not own.intersection(s.article.id for s in case.gold)
            else case
            for case in self.cases
        )
        articles = tuple(article for article in self.articles if article.id in own)
        return replace(self, articles=articles, cases=cases)

    def asking(self, group: str) -> "QuestionSet":
        """The questions of one group alone, all articles kept."""
        return replace(self, cases=tuple(case for case in self.cases if case.group == group))

    def narrowed(self, group: str | None, holding: str | None, limit: int | None) -> "QuestionSet":
        """The set by `holding`, `asking` and `every`, each where it is wanted."""
        one = self.holding(holding) if holding else self
        one = one.asking(group) if group else one
        return one.every(limit) if limit else one

    def every(self, limit: int) -> "QuestionSet":
        """At most so many questions, drawn evenly."""
        return replace(self, cases=self.cases[:: max(-(-len(self.cases) // limit), 1)])


def load(folder: Path) -> QuestionSet:
    """A set: `questions.jsonl`, and `articles.jsonl` or else the example articles.

    A question has `id`, `question`, `answers`, `answerable`, and its gold either as `article_id` with
    `paragraph` (offsets) or as `gold`: articles with a fragment of the sentence that answers.

    Raises:
        OSError: a file cannot be read.
        ValueError: a line is no JSON, or a fragment stands nowhere in its article.
    """
    own = folder / "articles.jsonl"
    articles = [_article(row) for row in rows(own)] if own.exists() else _examples()
    known = {article.id: article for article in articles}
    asked = rows(folder / "questions.jsonl")
    digest = hashlib.sha256()
    for article in articles:
        digest.update(json.dumps([article.id, article.title, article.text]).encode())
    digest.update(json.dumps(asked, sort_keys=True).encode())
    cases = tuple(_case(row, known) for row in asked)
    return QuestionSet(folder.resolve().name, tuple(articles), cases, digest.hexdigest()[:16])


def rows(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSON lines file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def write(file: Path, objects: Iterable[Mapping[str, Any]]) -> None:
    """A JSON lines file of those objects."""
    file.write_text("".join(json.dumps(it) + "\n" for it in objects), "utf-8")


def _article(row: Mapping[str, Any]) -> Article:
    fields = ("id", "title", "text", "url", "published", "source", "author")
    return Article(**{name: row[name] for name in fields if row.get(name) is not None})


def _examples() -> list[Article]:
    """The example articles, each called by its file's name."""
    found = []
    for file in sorted(EXAMPLES.iterdir()):
        if file.suffix in KINDS:
            articles = extract(file.read_bytes(), file.suffix, file.as_uri()).articles
            many = file.suffix == ".jsonl"
            found += articles if many else [replace(articles[0], id=file.stem)]
    return found


def _case(row: Mapping[str, Any], known: Mapping[str, Article]) -> Case:
    gold: list[Span] = []
    if "gold" in row:
        for one in row["gold"]:
            article = known[one["article"]]
            start = article.text.find(one["evidence"])
            if start < 0:
                msg = f"{row['id']}: the evidence does not stand in {article.id}"
                raise ValueError(msg)
            gold.append(Span(article, start, start + len(one["evidence"])))
    elif row["answerable"] and any(answer.strip() for answer in row["answers"]):
        gold.append(Span(known[row["article_id"]], *row["paragraph"]))
    return Case(
        id=row["id"],
        question=row["question"],
        group=row.get("group", ""),
        kind=row.get("kind", ""),
        gold=tuple(gold),
        answers=tuple(answer for answer in row["answers"] if answer.strip()),
        history=tuple(row.get("history", ())),
        since=row.get("since"),
        until=row.get("until"),
        source=row.get("source"),
        foreign=row.get("kind") in _FOREIGN,
    )
