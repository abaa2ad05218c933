"""Ask a question set of a scratch library, print the figures, and hold them against earlier ones."""

import json
import sys
from pathlib import Path
from typing import Any

from evals.measure import ask
from evals.plot import draw
from evals.score import by_kind, score, written
from evals.sets import load


def evaluate(
    folder: Path,
    *,
    group: str | None = None,
    holding: str | None = None,
    limit: int | None = None,
    compare: Path | None = None,
    plot: Path | None = None,
    kinds: bool = False,
    model: bool = False,
) -> None:
    """Print a table of figures and one JSON line.

    Args:
        folder: with `questions.jsonl` and `articles.jsonl`.
        group: ask only this group's questions.
        holding: put only this group's articles into the library; other questions are foreign then.
        limit: ask so many questions, drawn evenly.
        compare: a file with an earlier JSON line.
        plot: draw calibration and refusals to this file.
        kinds: a table for each kind of question too.
        model: ask the chat model of the settings, and show the quote reader's figures beside it.

    Raises:
        OSError: a file cannot be read or written.
    """
    before = json.loads(compare.read_text("utf-8").splitlines()[-1]) if compare else {}
    one = load(folder).narrowed(group, holding, limit)
    asked = ask(one, _progress, model=model)
    figures = score(asked)
    if model:
        before = before or score(ask(one, _progress))
        figures |= written([answer for _, answer in asked])
    print("\n".join(table(figures, before)))
    for kind, its in by_kind(asked).items() if kinds else ():
        print(f"\n{kind}", *table(its, {}), sep="\n")
    if plot:
        draw(asked, plot)
    chosen = {"set": one.name, "group": group, "holding": holding, "digest": one.digest}
    print(json.dumps(chosen | {name: round(value, 4) for name, value in figures.items()}))


def table(figures: dict[str, float], before: dict[str, Any]) -> list[str]:
    """A line a figure, with its difference to an earlier one where there is one."""
    lines = []
    for name, value in figures.items():
        line = (
            f"{name:>18}  {value:10,.4f}"
            if isinstance(value, float)
            else f"{name:>18}  {value:>10,}"
        )
        earlier = before.get(name)
        lines.append(line if earlier is None else f"{line}  {value - earlier:+.4f}")
    return lines


def _progress(done: int, of: int) -> None:
    if done % 500 == 0 and done:
        print(f"{done:,} of {of:,}", file=sys.stderr)
