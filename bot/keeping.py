"""The commands that keep a library fresh: follow, following, unfollow, pull, watch."""

from typing import Annotated

import typer

from bot import told
from bot.options import MAIN, Json, Library

app = typer.Typer()

Addresses = Annotated[list[str], typer.Argument(metavar="URL|FOLDER...", show_default=False)]


@app.command()
def follow(
    context: typer.Context,
    addresses: Addresses,
    library: Library = MAIN,
    *,
    every: Annotated[
        str | None, typer.Option(metavar="TIME", help="How often to look: 15m, 2h or 1d.")
    ] = None,
) -> None:
    """Follow web pages, feeds, sitemaps and folders: clippings pull reads what is new there."""
    from bot import fresh

    seconds = fresh.seconds(every) if every else None
    if every and seconds is None:
        context.fail("--every takes a number and a unit, such as 15m, 2h or 1d; a minute at least")
    _end(fresh.follow(addresses, library, seconds))


@app.command()
def following(library: Library = MAIN, *, as_json: Json = False) -> None:
    """List what a library follows, when it was last read, and what went wrong."""
    from bot import fresh

    for line in fresh.following(library, as_json=as_json):
        told.say(line)


@app.command()
def unfollow(addresses: Addresses, library: Library = MAIN) -> None:
    """Follow no longer; the articles stay."""
    from bot import fresh

    _end(fresh.unfollow(addresses, library))


@app.command()
def pull(library: Library = MAIN, *, as_json: Json = False) -> None:
    """Read what is new, changed or gone at everything that a library follows, once."""
    from bot import fresh

    _end(fresh.pull(library, as_json=as_json))


@app.command()
def watch(library: Library = MAIN) -> None:
    """Pull again and again, each source at its pace, until stopped with Ctrl-C."""
    from bot import fresh

    fresh.watch(library)


def _end(well: bool) -> None:
    """Exit code 1 where not all went well."""
    if not well:
        raise typer.Exit(1)
