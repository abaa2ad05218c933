"""`clippings articles` and `clippings forget`: what a library holds, and what it is to hold no more."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import datetime

from bot import opening, screen, show, told
from bot.clean import clean, whole
from ingest.alone import alone
from retrieval import ledger
from retrieval.ask import filter_for
from retrieval.errors import LibraryError, NoLibrary
from retrieval.settings import library_folder
from retrieval.types import Question
from retrieval.vectors import Vectors

_BACK = (
    "What is followed does not bring it back. It comes back if its file changes and is ingested "
    "again; delete the file to be rid of it."
)


def articles(library: str, source: str | None, *, as_json: bool) -> Iterator[str]:
    """The library's articles, the newest first: a table, or a JSON line each.

    Raises:
        ClippingsError: there is no such library or source.
    """
    with closing(opening.library(library)) as opened:
        only = filter_for(Question("", source=source), [opened]).sources
        listed = [it for it in opened.listing() if not only or it.source in only]
    if as_json:
        for it in listed:
            fields = asdict(it)
            del fields["text"]
            yield json.dumps(fields)
    elif listed:
        yield show.listing(listed, screen.width())


def edited(library: str, source: str | None, *, as_json: bool) -> Iterator[str]:
    """The articles that were edited since they were first read, the last edited first: when, which.

    Raises:
        ClippingsError: there is no such library or source.
    """
    with closing(opening.library(library)) as opened:
        only = filter_for(Question("", source=source), [opened]).sources
        before = ledger.edits(opened)
        known = {it.id: it for it in opened.listing() if not only or it.source in only}
    for edit in (edit for edit in before if edit.article in known):
        title, times = known[edit.article].title, [_moment(at) for at in edit.ended]
        if as_json:
            prints = [it.hex() for it in edit.fingerprints]
            yield json.dumps(
                {"id": edit.article, "title": title, "edited": times, "fingerprints": prints}
            )
        else:
            more = f" ({len(times)} times)" if len(times) > 1 else ""
            yield f"{times[-1].replace('T', ' ')[:16]}  {clean(edit.article)}  {clean(title)}{more}"


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat("T", "seconds")


def forget(ids: Sequence[str], library: str) -> bool:
    """Delete articles; returns whether all of them were there.

    Raises:
        ClippingsError: there is no such library, or it cannot be written.
    """
    with closing(opening.library(library)) as opened:
        wanted = list(dict.fromkeys(map(whole, ids)))
        known = opened.articles(wanted)
        with opened.transaction():
            ledger.keep_out(opened, known)
            for it in known:
                opened.delete(it)
        for missing in (it for it in wanted if it not in known):
            told.complain(f"no article {missing!r} in library {library!r}")
        if known:
            _vectors().sync(opened)
            told.say(f"{show.count(len(known), 'article')} forgotten. {_BACK}")
    return len(known) == len(wanted)


def require(name: str) -> None:
    """Make sure that there is such a library, readable or not.

    Raises:
        NoLibrary: there is none of that name.
    """
    with suppress(LibraryError):
        opening.library(name).close()
        return
    if not (library_folder(opening.settings(), name) / "library.db").exists():
        opening.library(name)  # tells what there is instead


def forget_library(name: str) -> None:
    """Delete a whole library with its vectors; also one that can no longer be read.

    Raises:
        NoLibrary: there is none of that name.
        LibraryError: it cannot be deleted.
    """
    folder = library_folder(opening.settings(), name)
    try:
        opened = opening.library(name)
    except NoLibrary:
        raise
    except LibraryError:
        pass  # what cannot be read has no collection that could be named
    else:
        with closing(opened), alone(opened):
            _vectors().drop(opened)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise LibraryError(
            f"the library {name!r} cannot be deleted ({error.strerror}): delete {folder} by hand"
        ) from error
    told.say(f"library {name} deleted")


def _vectors() -> Vectors:
    settings = opening.settings()
    return Vectors(settings.data, settings.chroma_url)
