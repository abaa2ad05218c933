"""A server's own library, read and written: what an addition brought, undoing it, forgetting."""

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.discord.access import own_library
from ingest.alone import alone
from ingest.kinds import KINDS
from ingest.report import Enough, Progress, Report
from ingest.run import ingest
from retrieval import ledger
from retrieval.chain import Chain
from retrieval.errors import NoLibrary
from retrieval.library import Library
from retrieval.types import Article

if TYPE_CHECKING:
    from ingest.fetching import Fetcher

Tell = Callable[[Progress], None]
_SAFE = re.compile(r"[^\w.-]+")


@dataclass(slots=True)
class Added:
    """What an addition brought: articles that are new, the items they came from, lines for people.

    `changed` and `same` count articles that were there before.
    """

    articles: list[Article] = field(default_factory=list)
    uris: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    changed: int = 0
    same: int = 0

    def take(self, name: str, one: "Added") -> None:
        """Count in what one of several additions brought, its problems under that name."""
        self.articles += one.articles
        self.uris += one.uris
        self.problems += [line if name in line else f"{name}: {line}" for line in one.problems]
        self.changed += one.changed
        self.same += one.same


def add_file(chain: Chain, server: int, name: str, data: bytes, tell: Tell) -> Added:
    """Read a file into the server's library. Equal bytes under an equal name are the same item.

    Raises:
        ClippingsError: the library cannot be written.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        return Added(
            problems=[f"{name}: this kind of file cannot be read ({', '.join(KINDS)} can)"]
        )
    folder = chain.settings.data / "incoming" / own_library(server)
    folder /= hashlib.sha256(data).hexdigest()[:16]
    file = folder / (_SAFE.sub("-", Path(name).stem).strip(".-")[:60] + suffix)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        added = _add(chain, server, file, tell)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the library has its text
    return added


def _add(chain: Chain, server: int, file: Path, tell: Tell) -> Added:
    library = chain.library(own_library(server), create=True)
    uri = file.resolve().as_uri()
    before = ledger.articles_of(library, uri)
    report = read(chain, library, str(file), tell)
    return _brought(library, uri, before, report, str(file))


def read(
    chain: Chain, library: Library, what: str, tell: Tell, fetcher: "Fetcher | None" = None
) -> Report:
    """Read a file or a web address into a library; of one that `tell` cancels, what was stored stays."""
    try:
        return ingest(
            library,
            [what],
            embedder=chain.embedder,
            vectors=chain.vectors,
            max_mb=chain.settings.max_file_mb,
            fetcher=fetcher,
            tell=tell,
        )
    except Cancelled:
        return Report()


def _brought(
    library: Library, uri: str, before: dict[str, bytes], report: Report, path: str
) -> Added:
    """What is new of an item; where the file lay for a moment is nobody's business."""
    new = [name for name in ledger.articles_of(library, uri) if name not in before]
    articles = library.articles(new)
    problems = [line.replace(path, Path(path).name) for line in report.problems]
    problems = [line.replace(quote(path), Path(path).name) for line in problems]
    return Added([articles[name] for name in new], [uri] if new else [], problems, same=report.same)


def undo(chain: Chain, server: int, uris: list[str]) -> int:
    """Take what came from these items out of the server's library; returns how many articles.

    Nothing that is followed brings them back.
    """
    library = chain.library(own_library(server))
    with alone(library):
        with library.transaction():
            for uri in uris:
                ledger.keep_out(library, ledger.articles_of(library, uri))
            count = ledger.strike(library, uris)
            for uri in uris:  # or a feed that is followed later looks at what it no longer lists
                library.execute("DELETE FROM pages WHERE uri = ?", (uri,))
        chain.vectors.sync(library)
    return count


def forget(chain: Chain, server: int, wanted: str) -> Article | None:
    """Delete the article of that id or title from the server's own library, and no other's.

    Nothing that is followed brings it back; whoever adds its page or file again gets it at once.
    """
    library = opened(chain, server)
    if library is None:
        return None
    folded = wanted.casefold()
    listed = library.listing()
    found = next((it for it in listed if it.id == wanted), None) or next(
        (it for it in listed if it.title.casefold().startswith(folded) and folded), None
    )
    if found is None:
        return None
    with alone(library):
        with library.transaction():
            uri = ledger.owner(library, found.id)
            library.execute("UPDATE items SET revision = '' WHERE uri = ?", (uri,))
            ledger.keep_out(library, [found.id])
            library.delete(found.id)
        chain.vectors.sync(library)
    return found


def opened(chain: Chain, server: int) -> Library | None:
    """The server's own library, or None where it has none yet.

    Raises:
        ClippingsError: it cannot be read.
    """
    try:
        return chain.library(own_library(server))
    except NoLibrary:
        return None


class Cancelled(Enough):
    """The person who added it wants it no more."""
