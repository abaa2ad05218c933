"""The `clippings` command. Only what a command needs is imported, when it runs."""

import errno
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot import keeping, measuring, told
from bot.options import MAIN, Json, Libraries, Library


class _Plain(TyperGroup):
    """Whatever fails in a command ends as one plain line and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # whoever read us has left; typer ends quietly
            sys.stderr.write(f"{told.line(error)}\n")
            raise typer.Exit(1) from error


app = typer.Typer(
    name="clippings",
    cls=_Plain,
    help="Ask your news articles, and get an answer with the clipping behind every sentence.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(keeping.app)


def main() -> None:
    """The entry point of the command."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal may lack characters
    app()


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        told.say(f"clippings {version('clippings')}")
        raise typer.Exit


@app.callback()
def everywhere(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback acts
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """What every command takes."""
    told.set_up(debug=debug)


@app.command()
def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH|URL...", show_default=False)],
    library: Library = MAIN,
    *,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete articles that are gone from where they came.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read files, folders, web pages and feeds into a library, once; make it if need be."""
    from bot.filling import fill

    try:
        _end(fill(paths, library, prune=prune, as_json=as_json))
    except KeyboardInterrupt:
        told.complain("stopped: what was stored stays, and the next run goes on from there")
        raise


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[list[str] | None, typer.Argument(show_default=False)] = None,
    library: Libraries = [MAIN],  # noqa: B006 - typer copies it
    *,
    batch: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Answer every line of a JSON lines file (- is standard input) as a JSON line.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only articles of that day or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only articles of that day or before.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only articles from that source.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Answer a question from the articles, with the clipping behind every sentence."""
    if (batch is None) == (not question):
        context.fail("give a question, or --batch with a file of questions, and not both")
    from bot import asking

    limits = asking.limits(library, since=since, until=until, source=source)
    if batch is not None:
        _end(asking.many(batch, limits))
    else:
        asking.one(" ".join(question or ()), limits, as_json=as_json)


@app.command()
def chat(library: Libraries = [MAIN]) -> None:  # noqa: B006 - typer copies it
    """Ask at a prompt, one question after the other; or line by line from a pipe."""
    from bot.chat import chat

    _end(chat(library))


@app.command()
def articles(
    library: Library = MAIN,
    *,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only articles from that source.")
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only those that were edited, and when.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List a library's articles, the newest first: id, date, source and title."""
    from bot.shelf import articles, edited

    for line in (edited if changed else articles)(library, source, as_json=as_json):
        told.say(line)


@app.command()
def forget(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", show_default=False)] = None,
    library: Annotated[
        str | None, typer.Option("--library", metavar="NAME", help="The library.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Delete the whole library that --library names.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before --all.")] = False,
) -> None:
    """Delete articles by their ids, or a whole library."""
    if everything == bool(ids):
        context.fail("give the ids of articles, or --all, and not both")
    from bot import shelf

    if not everything:
        _end(shelf.forget(ids or [], library or MAIN))
        return
    if library is None:
        context.fail("--all deletes a whole library: name it with --library")
    shelf.require(library)
    if not yes:
        if not sys.stdin.isatty():
            context.fail("--all asks on a terminal only: add --yes")
        typer.confirm(f"Delete the library {library} with all its articles?", abort=True)
    shelf.forget_library(library)


@app.command()
def reembed(library: Library = MAIN) -> None:
    """Embed a library anew: after a change of CLIPPINGS_EMBEDDER, or to mend its vectors."""
    from bot.filling import fill_again

    _end(fill_again(library))


@app.command()
def status(*, as_json: Json = False) -> None:
    """Show every library, and what is wrong with the command that mends it."""
    from bot.status import as_text, status

    found = status()
    told.say(json.dumps(found.as_dict()) if as_json else as_text(found))
    _end(found.well)


@app.command()
def discord(
    *,
    invite: Annotated[
        bool, typer.Option("--invite", help="Print the link that adds the bot to a server.")
    ] = False,
    shards: Annotated[
        int, typer.Option("--shards", min=1, help="Connections to Discord: one for 1,000 servers.")
    ] = 1,
) -> None:
    """Be the bot in Discord, until Ctrl-C; docs/discord.md shows how to begin."""
    from bot import opening
    from bot.discord import start

    if invite:
        told.say(start.invite(opening.settings()))
    else:
        start.run(shards)


app.command(name="eval")(measuring.evaluate)


def _end(well: bool) -> None:
    """Exit code 1 where not all went well."""
    if not well:
        raise typer.Exit(1)
