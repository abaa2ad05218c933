"""`clippings status`: what there is, what is wrong with it, and the command that mends it."""

import shlex
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse
from urllib.request import url2pathname

from bot import opening, show, told
from bot.clean import clean
from ingest import follows
from retrieval import ledger
from retrieval.errors import ClippingsError
from retrieval.library import Library, library_names

if TYPE_CHECKING:
    from retrieval.chain import Chain

_SHOWN = 20  # wrong things of one library, in text


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is not as it should be, and what mends it: a command, or empty."""

    what: str
    mend: str = ""


@dataclass(slots=True)
class State:
    """One library as it stands."""

    name: str
    articles: int = 0
    chunks: int = 0
    vectors: int = 0
    bytes: int = 0
    embedder: str = ""
    last_ingest: str | None = None
    follows: int = 0
    wrong: list[Wrong] = field(default_factory=list)


@dataclass(slots=True)
class Status:
    """A data folder as it stands."""

    data: str
    reranker: str | None = None
    libraries: list[State] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong and not any(library.wrong for library in self.libraries)

    def as_dict(self) -> dict[str, Any]:
        """The status as plain JSON values."""
        return asdict(self) | {"well": self.well}


def status() -> Status:
    """Look at everything; writes nothing.

    Raises:
        SettingsError: a setting cannot be used.
    """
    settings = opening.settings()
    data = settings.data
    found = Status(str(data), settings.reranker)
    names = library_names(data)
    if not names:
        found.wrong.append(Wrong("there is no library yet", "clippings ingest PATH"))
        return found
    with closing(opening.chain()) as chain:
        try:
            identity = chain.embedder.identity
        except ClippingsError as error:
            found.wrong.append(Wrong(str(error)))
            identity = ""
        found.libraries = [_state(chain, name, identity) for name in names]
    return found


def _state(chain: "Chain", name: str, identity: str) -> State:
    state = State(name)
    try:
        library = chain.library(name)
        state.articles, state.chunks = library.count("articles"), library.count("chunks")
        state.vectors, state.embedder = library.count("vectors"), library.get("embedder")
        state.bytes = sum(file.stat().st_size for file in library.folder.iterdir())
        state.follows = library.count("follows")
        seen = ledger.last_seen(library)
        if seen is not None:
            state.last_ingest = datetime.fromtimestamp(seen).astimezone().isoformat("T", "seconds")
        state.wrong += _wrong(chain, library, identity)
    except (ClippingsError, OSError) as error:
        state.wrong.append(Wrong(told.reason(error)))
    return state


def _wrong(chain: "Chain", library: Library, identity: str) -> Iterator[Wrong]:
    again = f"clippings reembed --library {library.name}"
    try:
        if identity:
            library.require(identity)
    except ClippingsError as error:
        yield Wrong(str(error).removesuffix(f": run: {again}"), again)
    else:
        broken = chain.vectors.check(library) if library.count("chunks") else None
        if broken:
            yield Wrong(broken, again)
    yield from _sources(library)
    for item in ledger.known_items(library).values():
        if item.problems:
            yield from _standing(item, library.name)


def _sources(library: Library) -> Iterator[Wrong]:
    """What is followed and fails, or was not read for long."""
    option = "" if library.name == "main" else f" --library {library.name}"
    for it in follows.all_follows(library):
        if it.error:
            unfollow = f"clippings unfollow {shlex.quote(it.address)}{option}"
            again = datetime.fromtimestamp(it.next).astimezone().strftime("%Y-%m-%d %H:%M")
            yield Wrong(f"{it.address}: {it.error} (asked again after {again})", unfollow)
        elif it.stale(time.time()):
            since = datetime.fromtimestamp(it.succeeded).astimezone().strftime("%Y-%m-%d %H:%M")
            when = f"since {since}" if it.succeeded else "yet"
            yield Wrong(f"{it.address}: was not read {when}", f"clippings pull{option}")


def _standing(item: ledger.Item, library: str) -> Iterator[Wrong]:
    """What was wrong with an item when it was last read: it is read again when it is mended.

    Of a file that is gone there is nothing left to mend.
    """
    path, option = item.uri, "" if library == "main" else f" --library {library}"
    is_file = item.uri.startswith("file:")
    if is_file:
        path = url2pathname(urlparse(item.uri).path)
    nameable = "\ufffd" not in path
    if is_file and nameable and not Path(path).exists():
        return
    # A name that is not Unicode cannot be typed; its folder can.
    typed = path if nameable else str(Path(path).parent)
    for problem in item.problems:
        yield Wrong(f"{path}: {problem}", f"clippings ingest {shlex.quote(typed)}{option}")


def as_text(found: Status) -> str:
    """The status as a person reads it."""
    lines = [f"data folder  {clean(found.data)}"]
    lines += [f"reranker     {clean(found.reranker)}"] if found.reranker else []
    for it in found.libraries:
        lines += [
            "",
            clean(it.name),
            f"  {show.count(it.articles, 'article')}, {show.count(it.chunks, 'chunk')}",
            f"  {show.count(it.vectors, 'vector')}, {it.bytes / 1e6:,.1f} MB on disk",
            f"  embedder     {clean(it.embedder) or 'none yet'}",
            *([f"  follows      {show.count(it.follows, 'source')}"] if it.follows else []),
            f"  last ingest  {(it.last_ingest or 'never').replace('T', ' ')}",
        ]
    wrong = found.wrong + [w for it in found.libraries for w in it.wrong[:_SHOWN]]
    more = sum(len(it.wrong[_SHOWN:]) for it in found.libraries)
    if wrong:
        lines += ["", "What is wrong:"]
    for it_is in wrong:
        lines.append(f"- {clean(it_is.what)}")
        if it_is.mend:
            lines.append(f"  mend it with: {clean(it_is.mend)}")
    if more:
        lines.append(f"- and {more:,} more: clippings status --json lists them all")
    return "\n".join(lines)
