"""Pure scoring: cases and their answers in, figures out. A missing answer scores zero."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from evals.sets import Case
from retrieval.types import Answer, Passage, Span

Pairs = Sequence[tuple[Case, Answer | None]]
_BINS = 10
_DEEP = 10


def score(asked: Pairs) -> dict[str, float]:
    """Figures over a question set; shares from 0 to 1, times in milliseconds.

    `hit@k`, `mrr@10` and `ndcg@10` judge passages: one is right where it overlaps the gold's place
    and holds an answer (or lies within one: some sets answer in whole sentences). `same@10` also takes
    a passage that holds the answer where the gold's place is one that it names as holding the same
    text: of duplicates only one is listed. `first_quote` and
    `any_quote` judge the words quoted, whichever article says them; a refusal misses both. `near`
    questions (no gold, though on the articles' subjects) are counted apart and score nowhere else.
    """
    gold = [(case, answer) for case, answer in asked if case.gold]
    foreign = [(case, answer) for case, answer in asked if case.foreign]
    near = [(case, answer) for case, answer in asked if case.near]
    figures = _passages(gold) | _quotes(gold)
    figures |= _refusals(gold, foreign) if foreign else {}
    if near:
        figures["near_refused"] = _mean(not answered(answer) for _, answer in near)
    figures |= _times([answer for _, answer in asked if answer])
    counts = {"questions": len(gold), "foreign": len(foreign), "near": len(near)}
    return figures | counts


def _passages(gold: Pairs) -> dict[str, float]:
    ranks = [[_holds_gold(case, p) for p in _found(answer)] for case, answer in gold]
    figures = {f"hit@{k}": _mean(any(its[:k]) for its in ranks) for k in (1, 4, 10)}
    first = [its.index(True) + 1 if True in its else 0 for its in ranks]
    figures["mrr@10"] = _mean(1 / rank if rank else 0.0 for rank in first)
    figures["ndcg@10"] = _mean(map(_ndcg, ranks))
    figures["same@10"] = _mean(
        any(_holds_gold(case, p, p.also) for p in _found(answer)) for case, answer in gold
    )
    return figures


def _ndcg(right: Sequence[bool]) -> float:
    """Järvelin and Kekäläinen (2002), with a gain of 1 for every right passage that was found."""
    gain = sum(1 / math.log2(at + 2) for at, is_right in enumerate(right) if is_right)
    best = sum(1 / math.log2(at + 2) for at in range(sum(right)))
    return gain / best if best else 0.0


def _quotes(gold: Pairs) -> dict[str, float]:
    cited = [citation for _, answer in gold if answer for citation in answer.citations]
    several = [(c, a) for c, a in gold if len({s.article.id for s in c.gold}) > 1]
    figures = {
        "first_quote": _mean(quoted(case, answer, 1) for case, answer in gold),
        "any_quote": _mean(quoted(case, answer, 4) for case, answer in gold),
        "answered": _mean(answered(answer) for _, answer in gold),
        "verbatim": _mean(c.quote == c.article.text[c.start : c.end] for c in cited),
        "quotes": len(cited) / max(sum(answered(answer) for _, answer in gold), 1),
    }
    if several:
        figures["articles_quoted"] = _mean(_share_quoted(c, a) for c, a in several)
    return figures


def _share_quoted(case: Case, answer: Answer | None) -> float:
    """The share of the articles with gold that are quoted."""
    wanted = {span.article.id for span in case.gold}
    cited = answer.citations if answer else ()
    had = {c.article.id for c in cited} | {s.article.id for c in cited for s in c.also}
    return len(wanted & had) / len(wanted)


def _refusals(gold: Pairs, foreign: Pairs) -> dict[str, float]:
    """How well it tells what its library answers: refusals, and the calibration of the gate."""
    rightly = sum(not answered(answer) for _, answer in foreign)
    refused = rightly + sum(not answered(answer) for _, answer in gold)
    both = [(confidence(answer), True) for _, answer in gold]
    both += [(confidence(answer), False) for _, answer in foreign]
    right = [(confidence(a), quoted(c, a, 1)) for c, a in gold]
    right += [(confidence(answer), False) for _, answer in foreign]
    return {
        "refusal_precision": rightly / refused if refused else 0.0,
        "refusal_recall": rightly / len(foreign),
        "calibration_error": calibration_error(both),
        "aurc": area_under_risk(right),
    }


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al., AAAI 2015)."""
    total = 0.0
    for its in bins(pairs):
        if its:
            total += abs(_mean(c for c, _ in its) - _mean(r for _, r in its)) * len(its)
    return total / len(pairs) if pairs else 0.0


def bins(pairs: Sequence[tuple[float, bool]]) -> list[list[tuple[float, bool]]]:
    """The pairs by their confidence, in ten bins of equal width."""
    found: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for pair in pairs:
        found[min(int(pair[0] * _BINS), _BINS - 1)].append(pair)
    return found


def area_under_risk(pairs: Sequence[tuple[float, bool]]) -> float:
    """Area under the risk-coverage curve (Geifman and El-Yaniv, NeurIPS 2017): less is better."""
    ranked = sorted(pairs, key=lambda pair: -pair[0])
    wrong = np.cumsum([not right for _, right in ranked])
    return float(np.mean(wrong / np.arange(1, len(ranked) + 1))) if ranked else 0.0


def _times(answers: Sequence[Answer]) -> dict[str, float]:
    spent = [1000 * answer.seconds.total for answer in answers] or [0.0]
    return {"p50_ms": float(np.median(spent)), "p95_ms": float(np.percentile(spent, 95))}


def _found(answer: Answer | None) -> Sequence[Passage]:
    return answer.passages[:_DEEP] if answer else ()


def _holds_gold(case: Case, found: Passage, also: Iterable[Span] = ()) -> bool:
    """Whether it holds an answer, and it or one of the other places overlaps the gold's."""
    places = (Span(found.article, found.start, found.end), *also)
    there = any(
        gold.article.id == place.article.id and gold.start < place.end and place.start < gold.end
        for gold in case.gold
        for place in places
    )
    return there and holds(found.text, case.answers)


def written(answers: Sequence[Answer]) -> dict[str, float]:
    """What became of a model's sentences: kept, dropped; answers it refused, or left to quotes."""
    said = [a for a in answers if answered(a) and a.reader != "quotes"]
    return {
        "sentences_kept": sum(len(a.answer.splitlines()) for a in said),
        "sentences_dropped": sum(a.dropped for a in answers),
        "refused": sum(not answered(a) for a in answers),
        "left_to_quotes": sum(answered(a) and a.reader == "quotes" for a in answers),
        "tokens": sum(a.tokens.total for a in answers),
    }


def quoted(case: Case, answer: Answer | None, k: int) -> bool:
    """Whether one of the first `k` quotes holds an answer."""
    quotes = answer.citations[:k] if answer else ()
    return any(holds(citation.quote, case.answers) for citation in quotes)


def answered(answer: Answer | None) -> bool:
    """Whether it is an answer rather than a refusal."""
    return answer is not None and answer.status == "answered"


def confidence(answer: Answer | None) -> float:
    """The gate's probability; nought where there is no answer at all."""
    return answer.confidence if answer else 0.0


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether a text contains one of the answers, or lies within one; white space and case aside."""
    words = _plain(text)
    plain = [_plain(answer) for answer in answers]
    return any(answer in words or words in answer for answer in plain if answer)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return float(sum(found)) / len(found) if found else 0.0


def by_kind(asked: Pairs) -> dict[str, dict[str, float]]:
    """The same figures for each kind of question, where a set names kinds."""
    kinds: Mapping[str, list[tuple[Case, Answer | None]]] = {}
    for case, answer in asked:
        kinds.setdefault(case.kind, []).append((case, answer))  # type: ignore[attr-defined]
    return {kind: score(pairs) for kind, pairs in sorted(kinds.items()) if kind}
