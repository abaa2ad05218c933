"""Follow, unfollow, pull, watch: a library that keeps itself fresh."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse
from urllib.request import url2pathname

from ingest import follows
from ingest.address import is_address, tidy
from ingest.alone import alone
from ingest.follows import Follow
from ingest.report import Report
from ingest.run import MAX_MB, Tell, from_web, hold, take
from ingest.sources import Folder
from ingest.storing import Run
from retrieval.embedder import Embedder
from retrieval.errors import ItemError
from retrieval.library import Library
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from ingest.fetching import Fetcher

_LOOK = 60.0  # seconds after which `watch` sees what other processes follow


def follow(library: Library, address: str, every: float | None = None) -> Follow:
    """Follow a page, a list of pages, a feed, a sitemap or a folder; nothing is asked for yet.

    Followed already, it is asked anew at the next pull, at the pace that is given now.

    Args:
        library: that its articles are to go into.
        address: a web address, or a folder's path.
        every: seconds between two looks; unless given, what the source itself asks for.

    Raises:
        ItemError: it is no address that may be asked for, or no folder.
        LibraryError: the library cannot be written.
    """
    known = {it.address: it for it in following(library)}
    try:
        uri = _uri(address, new=True)
    except ItemError as error:
        raise ItemError(f"{address}: {error}") from error
    it = replace(known.get(uri, Follow(uri)), every=every, next=0.0, failures=0, error="")
    with library.transaction():
        follows.add_follow(library, it)
    return it


def unfollow(library: Library, address: str) -> bool:
    """Follow it no longer; its articles stay. Returns whether it was followed."""
    try:
        uri = _uri(address)
    except ItemError:
        return False
    there = any(it.address == uri for it in following(library))
    with library.transaction():
        library.execute("DELETE FROM follows WHERE address = ?", (uri,))
    return there


def following(library: Library) -> list[Follow]:
    """Everything that the library follows, with its state, by address."""
    return follows.all_follows(library)


def pull(
    library: Library,
    *,
    embedder: Embedder,
    vectors: Vectors,
    only_due: bool = False,
    max_mb: int = MAX_MB,
    fetcher: "Fetcher | None" = None,
    tell: Tell = lambda _: None,
    now: Callable[[], float] = time.time,
) -> Report:
    """Ask every source that is followed what is new, changed or gone, once.

    One that failed, or asked for a rest, is left alone until its time has come. What people took out
    of the library stays out.

    Args:
        library: that follows.
        embedder: of its chunks.
        vectors: that follow it.
        only_due: leave out also those that were asked a shorter while ago than is their pace.
        max_mb: a larger file or page is refused.
        fetcher: asks servers; unless given, one for the public internet alone.
        tell: hears how far it is.
        now: the time, in seconds since 1970.

    Raises:
        LibraryError: it is embedded by another model, or cannot be written.
    """
    started = time.monotonic()
    with alone(library):
        hold(library, embedder)
        run, before = Run(library, embedder, vectors, following=True), library.number()
        due = [it for it in following(library) if _due(it, now(), only_due=only_due)]
        _folders(run, [it for it in due if it.is_folder], max_mb, tell, now())
        from_web(run, [it for it in due if not it.is_folder], fetcher, max_mb, tell, now)
        if library.number() != before:  # where nothing changed, Chroma is not even opened
            run.sync()
    run.report.seconds = time.monotonic() - started
    return run.report


def watch(
    library: Library,
    *,
    embedder: Embedder,
    vectors: Vectors,
    stop: threading.Event,
    done: Callable[[Report], None],
    max_mb: int = MAX_MB,
    fetcher: "Fetcher | None" = None,
    now: Callable[[], float] = time.time,
) -> None:
    """Pull what is due, again and again, until `stop` is set; `done` is given each pull's report.

    Raises:
        EmbedderDiffers: the library was embedded by another model.
        LibraryError: the library cannot be written.
    """
    if fetcher is None:
        from ingest.fetching import Fetcher

        fetcher = Fetcher(max_mb=max_mb)
    while not stop.is_set():
        if any(_due(it, now(), only_due=True) for it in following(library)):
            how = {"embedder": embedder, "vectors": vectors, "max_mb": max_mb}
            done(pull(library, only_due=True, fetcher=fetcher, now=now, **how))  # type: ignore[arg-type]
        times = [it.next - now() for it in following(library)]
        stop.wait(min([_LOOK, *(max(seconds, 1.0) for seconds in times)]))


def _due(it: Follow, now: float, *, only_due: bool) -> bool:
    return it.next <= now or not (only_due or it.failures)


def _folders(run: Run, due: list[Follow], max_mb: int, tell: Tell, now: float) -> None:
    """Read folders that are followed; what is gone from them is deleted, where it can be believed."""
    for it in due:
        path = Path(url2pathname(urlparse(it.address).path))
        problems = take(run, Folder(path, max_mb), tell, prune=True)
        state = follows.failed(it, now, problems[0]) if problems else follows.succeeded(it, now)
        run.batch.follows.append(state)
        run.flush()


def _uri(address: str, *, new: bool = False) -> str:
    """The address of what a person named, in the one way of writing it.

    Raises:
        ItemError: no address can be written so.
    """
    if is_address(address):
        return tidy(address)
    try:
        path = Path(address).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ItemError("no such folder") from error
    if new and not path.is_dir():
        raise ItemError("no such folder (a web address begins with https://)")
    return path.as_uri()
