"""`clippings eval`: how good the answers are, over a question set."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Reader = Literal["quotes", "model"]


def evaluate(
    folder: Annotated[Path, typer.Argument(metavar="SET", show_default=False)],
    *,
    group: Annotated[
        str | None, typer.Option(metavar="A", help="Ask only this group's questions.")
    ] = None,
    holding: Annotated[
        str | None, typer.Option(metavar="A", help="Hold only this group's articles.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask so many, drawn evenly.")] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Show differences to an earlier JSON line.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw calibration and refusals.")
    ] = None,
    kinds: Annotated[bool, typer.Option("--kinds", help="A table for each kind too.")] = False,
    reader: Annotated[
        Reader, typer.Option(help="Who answers: quotes, or the model that CLIPPINGS_MODEL names.")
    ] = "quotes",
) -> None:
    """Ask a question set of a scratch library, and print how good the answers are."""
    from evals import command

    command.evaluate(
        folder,
        group=group,
        holding=holding,
        limit=limit,
        compare=compare,
        plot=plot,
        kinds=kinds,
        model=reader == "model",
    )
