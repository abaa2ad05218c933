"""Options that several commands take."""

from typing import Annotated

import typer

MAIN = "main"  # the library where none is named; `Settings` says the same

Library = Annotated[str, typer.Option("--library", metavar="NAME", help="The library.")]
Libraries = Annotated[
    list[str],
    typer.Option("--library", metavar="NAME", help="A library to ask; may be given again."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
