"""Where articles come from: each source discovers what there is and fetches one item, nothing else."""

import os
import re
import stat
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from ingest.answers import Page
from ingest.kinds import KINDS
from retrieval.errors import ItemError

_MB = 1_000_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Found:
    """An item that a source lists: its address, its name for people, and an opaque revision."""

    uri: str
    name: str
    kind: str
    revision: str


@dataclass(slots=True)
class Listing:
    """What a source lists.

    `root` is the address that all its items begin with; `complete` tells whether an item that is
    not listed is gone. `skipped` counts files of other kinds; `problems` and `notes` are lines for people; `pace` is
    how often it wants to be asked, in seconds, 0 where it does not say.
    """

    root: str
    found: list[Found] = field(default_factory=list)
    complete: bool = False
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pace: float = 0.0


class Fetched(NamedTuple):
    """An item's bytes, the revision that they are of, and of a web page what its server answered."""

    data: bytes
    revision: str
    page: Page | None = None


class Source(Protocol):
    """Discovers items and fetches one."""

    def discover(self) -> Listing:
        """Everything there is, without reading it."""

    def fetch(self, item: Found) -> Fetched:
        """An item as it is now.

        Raises:
            ItemError: it cannot be read.
        """


class Files:
    """One named file."""

    def __init__(self, path: Path, max_mb: int) -> None:
        self._path, self._max_mb = path, max_mb

    def discover(self) -> Listing:
        """The file, if it is there and of a kind that can be read."""
        name = printable(str(self._path))
        try:
            path = self._path.resolve(strict=True)
            revision = _revision(path.stat())
        except (OSError, RuntimeError, ValueError) as error:
            return Listing(name, problems=[f"{name}: {_why(error)}"])
        listing = Listing(path.as_uri())
        if path.suffix.lower() not in KINDS:
            kinds = ", ".join(KINDS)
            listing.problems.append(f"{name}: this kind of file cannot be read ({kinds} can)")
        else:
            listing.found.append(Found(path.as_uri(), name, path.suffix.lower(), revision))
        return listing

    def fetch(self, item: Found) -> Fetched:  # noqa: ARG002 - there is one item alone
        """See `Source`."""
        return _read(self._path, self._max_mb)


class Folder:
    """A folder with all that lies below it; hidden files are left alone, links are not followed."""

    def __init__(self, path: Path, max_mb: int) -> None:
        self._given, self._path, self._max_mb = path, path.resolve(), max_mb
        self._paths: dict[str, Path] = {}

    def discover(self) -> Listing:
        """Every file of a kind that can be read, a folder's own first, each by name.

        Complete unless a folder was closed.
        """
        listing = Listing(self._path.as_uri() + "/", complete=True)
        for path in self._walk(self._path, listing):
            name = printable(str(self._given / path.relative_to(self._path)))
            try:
                status = path.stat()
            except OSError as error:
                listing.problems.append(f"{name}: {_why(error)}")
                listing.complete = False
                continue
            uri = path.as_uri()
            self._paths[uri] = path
            listing.found.append(Found(uri, name, path.suffix.lower(), _revision(status)))
        return listing

    def fetch(self, item: Found) -> Fetched:
        """See `Source`."""
        return _read(self._paths[item.uri], self._max_mb)

    def _walk(self, top: Path, listing: Listing) -> Iterator[Path]:
        folders = [top]
        while folders:
            folder, below = folders.pop(), list[Path]()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                listing.problems.append(f"{printable(str(folder))}: {_why(error)}")
                listing.complete = False
                continue
            for entry in entries:
                path = folder / entry.name
                if entry.name.startswith("."):
                    listing.skipped["hidden"] += 1
                elif entry.is_symlink():
                    self._link(path, listing)
                elif entry.is_dir(follow_symlinks=False):
                    below.append(path)
                elif entry.is_file(follow_symlinks=False) and path.suffix.lower() in KINDS:
                    yield path
                else:
                    listing.skipped[printable(path.suffix.lower()) or "no ending"] += 1
            folders += reversed(below)

    def _link(self, path: Path, listing: Listing) -> None:
        """A link within the folder leads to what is listed anyway; any other is told."""
        name = printable(str(path))
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            listing.problems.append(f"{name}: a link that leads nowhere or in a circle")
            return
        if self._path in path.parents and target.is_relative_to(self._path):
            if target == self._path or target in path.parents:
                listing.problems.append(f"{name}: a link that leads in a circle")
            else:
                listing.skipped["link"] += 1
        else:
            listing.problems.append(f"{name}: a link that leaves the folder is not followed")


def sources_for(paths: Sequence[str], max_mb: int) -> Iterator[Source]:
    """A source for each path that a person named."""
    for given in paths:
        path = Path(given)
        with suppress(RuntimeError):  # no such person: the name may be a file's all the same
            path = path.expanduser()
        folder = False
        with suppress(OSError):  # what is wrong with it is told when it is discovered
            folder = path.is_dir()
        yield Folder(path, max_mb) if folder else Files(path, max_mb)


def printable(text: str) -> str:
    """A file's name in one line as it may be shown and stored: what is no character is replaced."""
    name = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CONTROL.sub("\ufffd", name)


def _read(path: Path, max_mb: int) -> Fetched:
    started = time.time_ns()
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ItemError("is not a file")
            if status.st_size > max_mb * _MB:
                raise ItemError(
                    f"has {status.st_size / _MB:.0f} MB, over the limit of {max_mb} MB "
                    "(CLIPPINGS_MAX_FILE_MB)"
                )
            data = file.read(max_mb * _MB + 1)
            if len(data) > max_mb * _MB:
                raise ItemError(f"grew over the limit of {max_mb} MB (CLIPPINGS_MAX_FILE_MB)")
            after = os.fstat(file.fileno())
    except OSError as error:
        raise ItemError(_why(error)) from error
    # A file that was just written may be written again within the same tick of its clock.
    tick = 2_000_000_000 if after.st_mtime_ns % 1_000_000_000 == 0 else 50_000_000
    settled = _revision(after) == _revision(status) and after.st_mtime_ns < started - tick
    return Fetched(data, _revision(after) if settled else "")


def _without_waiting(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _revision(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"


def _why(error: Exception) -> str:
    reasons: dict[type[Exception], str] = {
        FileNotFoundError: "no such file or folder",
        PermissionError: "no permission to read it",
        RuntimeError: "a link that leads in a circle",
        ValueError: "no file can have such a name",
    }
    told = getattr(error, "strerror", None) or str(error)
    return reasons.get(type(error), told.lower())
