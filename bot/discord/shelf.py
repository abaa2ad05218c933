"""A server's own library, read and written: what an addition brought, undoing it, forgetting."""

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bot.discord.access import own_library
from ingest.alone import alone
from ingest.kinds import KINDS
from ingest.report import Progress, Report
from ingest.run import ingest
from retrieval import ledger
from retrieval.chain import Chain
from retrieval.errors import ClippingsError, NoLibrary
from retrieval.library import Library
from retrieval.types import Article

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
    report = read(chain, library, str(file), tell, chain.settings.max_file_mb)
    return _brought(library, uri, before, report, str(file))


def read(chain: Chain, library: Library, what: str, tell: Tell, max_mb: int) -> Report:
    """Read a file or a web address into a library; of one that `tell` cancels, what was stored stays."""
    try:
        return ingest(
            library,
            [what],
            embedder=chain.embedder,
            vectors=chain.vectors,
            max_mb=max_mb,
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
    """Take what came from these items out of the server's library; returns how many articles."""
    library = chain.library(own_library(server))
    with alone(library):
        with library.transaction():
            count = ledger.strike(library, uris)
            for uri in uris:  # or a feed that is followed later brings back what it no longer lists
                library.execute("DELETE FROM pages WHERE uri = ?", (uri,))
        chain.vectors.sync(library)
    return count


def forget(chain: Chain, server: int, wanted: str) -> Article | None:
    """Delete the article of that id or title from the server's own library, and no other's."""
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


class Cancelled(ClippingsError):  # noqa: N818 - reads as what it says
    """The person who added it wants it no more."""
