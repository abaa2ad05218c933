"""A zipped folder: every file in it of a kind that can be read, one after the other."""

import io
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import quote

from ingest.article import Extracted
from ingest.kinds import KINDS
from retrieval.errors import ItemError

_MEMBERS = 10_000
_UNPACKED = 500_000_000  # bytes of all that is read in it


def read_zip(
    data: bytes, uri: str, found: Extracted, read: Callable[[bytes, str, str], Extracted]
) -> None:
    """Put every article in it into `found`, and what cannot be read into its problems.

    Args:
        data: the whole of the file.
        uri: its address; each file in it has one below that.
        found: takes the articles.
        read: reads one file: bytes, kind, address.

    Raises:
        ItemError: it is no zip file, or holds nothing that can be read.
    """
    owners: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = [it for it in packed.infolist() if _wanted(it.filename)]
            if len(members) > _MEMBERS:
                found.problems.append(
                    f"holds {len(members):,} files: all after {_MEMBERS:,} are left out"
                )
            left = _UNPACKED
            for member in members[:_MEMBERS]:
                name = _printable(member.filename)
                try:
                    content = _content(packed, member, left)
                    left -= len(content)
                    kind = PurePosixPath(member.filename).suffix.lower()
                    part = read(content, kind, f"{uri}!/{quote(name)}")
                except ItemError as error:
                    found.problems.append(f"{name}: {error}")
                    continue
                _add(part, name, owners, found)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ItemError("cannot be read as a zip file") from error
    if not members:
        raise ItemError("holds no file of a kind that can be read")


def _add(part: Extracted, name: str, owners: dict[str, str], found: Extracted) -> None:
    """One file's articles; an id counts once."""
    found.problems += [f"{name}: {problem}" for problem in part.problems]
    found.notes += [f"{name}: {note}" for note in part.notes]
    for article in part.articles:
        if article.id in owners:
            found.problems.append(
                f"{name}: the id {article.id[:60]!r} is that of an article in "
                f"{owners[article.id]} already: left out"
            )
        else:
            owners[article.id] = name
            found.articles.append(article)


def _content(packed: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    """One file's bytes, of which there may be `left`."""
    if member.flag_bits & 1:
        raise ItemError("is locked with a password")
    try:
        with packed.open(member) as file:
            content = file.read(left + 1)
    except Exception as error:  # zlib, lzma and bz2 raise errors of their own
        raise ItemError(f"is broken ({type(error).__name__})") from error
    if len(content) > left:
        raise ItemError(f"is left out: the files in the zip have over {_UNPACKED / 1e6:.0f} MB")
    return content


def _wanted(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in KINDS and path.suffix.lower() != ".zip" and not hidden


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
