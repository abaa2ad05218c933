"""`clippings ingest` and `clippings reembed`: run the pipeline, and tell what it did."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bot import opening, told
from bot.progress import progress
from bot.show import report
from ingest.address import is_address
from ingest.report import Report
from ingest.run import ingest, reembed
from retrieval.settings import library_folder


def fill(paths: Sequence[str], library: str, *, prune: bool, as_json: bool) -> bool:
    """Read the paths into the library; returns whether all of them could be read.

    Raises:
        ClippingsError: nothing could be read at all, or the library cannot be written.
    """
    files = [path for path in paths if not is_address(path)]
    settings = opening.settings()
    folder = library_folder(settings, library)
    # A mistyped path does not leave an empty library behind.
    if not (folder / "library.db").exists() and not (
        len(files) < len(paths) or any(map(_exists, files))
    ):
        for path in files:
            told.complain(f"{path}: no such file or folder")
        return False
    with closing(opening.chain()) as chain, progress() as step:
        done = ingest(
            chain.library(library, create=True),
            paths,
            embedder=chain.embedder,
            vectors=chain.vectors,
            prune=prune,
            max_mb=settings.max_file_mb,
            tell=step,
        )
        if done.embedded:
            chain.prepare()
    tell(done, library, as_json=as_json)
    return not done.problems


def _exists(path: str) -> bool:
    try:
        return Path(path).expanduser().exists()
    except (OSError, RuntimeError):
        return False


def fill_again(library: str) -> bool:
    """Embed every article anew for the embedder of the settings; returns whether all went well.

    Raises:
        ClippingsError: there is no such library, or it cannot be written.
    """
    with closing(opening.chain()) as chain, progress() as step:
        done = reembed(
            chain.library(library), embedder=chain.embedder, vectors=chain.vectors, tell=step
        )
    tell(done, library, as_json=False)
    return not done.problems


def tell(done: Report, library: str, *, as_json: bool) -> None:
    """Tell what a run did: problems and notes on standard error, the rest on standard output."""
    for problem in done.problems:
        told.complain(problem)
    for note in done.notes:
        told.complain(f"note: {note}")
    told.say(
        json.dumps({"library": library} | done.as_dict()) if as_json else report(done, library)
    )
