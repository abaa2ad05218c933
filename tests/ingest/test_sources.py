"""Files and folders: everything that can be read is listed, and nothing else is touched."""

import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest import sources
from ingest.kinds import KINDS
from ingest.sources import Fetched, Folder, Listing, sources_for
from retrieval.errors import ItemError

LONG_AGO = 1_500_000_000


def write(path: Path, text: str = "Words.", at: float = LONG_AGO) -> Path:
    """A file that was written at that time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    os.utime(path, (at, at))
    return path


def names(listing: Listing) -> list[str]:
    """The names of what is listed."""
    return [Path(found.name).name for found in listing.found]


def look(path: Path | str) -> Listing:
    """What a path that a person named lists."""
    [source] = sources_for([str(path)], 1)
    return source.discover()


def fetch(path: Path, max_mb: int = 1) -> Fetched:
    """A named file's bytes and revision."""
    [source] = sources_for([str(path)], max_mb)
    [found] = source.discover().found
    return source.fetch(found)


def test_a_folder_lists_what_can_be_read(tmp_path: Path) -> None:
    """All files below of the known kinds, in one order; hidden and other files are counted."""
    for name in ("b.md", "a.TXT", "sub/c.html", "sub/deep/d.jsonl", "sub/.git/e.txt", ".f.txt"):
        write(tmp_path / name)
    for name in ("g.mp4", "sub/h.MP4", "Makefile"):
        write(tmp_path / name)
    listing = look(tmp_path)
    assert names(listing) == ["a.TXT", "b.md", "c.html", "d.jsonl"]
    assert [found.kind for found in listing.found] == [".txt", ".md", ".html", ".jsonl"]
    assert listing.skipped == {"hidden": 2, ".mp4": 2, "no ending": 1}
    assert listing.complete
    assert listing.problems == []
    assert all(found.uri.startswith(listing.root) for found in listing.found)


def test_what_is_fetched_is_the_file(tmp_path: Path) -> None:
    """The bytes come as they are, with the revision that was listed for them."""
    write(tmp_path / "a.txt", "Words.\r\n\x00")
    source = Folder(tmp_path, 1)
    [found] = source.discover().found
    assert source.fetch(found) == Fetched(b"Words.\r\n\x00", found.revision)
    assert fetch(tmp_path / "a.txt") == Fetched(b"Words.\r\n\x00", found.revision)
    assert look(tmp_path / "a.txt").found[0].uri == found.uri


def test_a_revision_changes_with_the_file(tmp_path: Path) -> None:
    """Another text of the same length, another time, or a file put in its place: each is seen."""
    path, seen = write(tmp_path / "a.txt"), set()
    for act in (
        lambda: None,
        lambda: write(path, "Other!", LONG_AGO + 1),
        lambda: write(path, "Words!", LONG_AGO + 1),  # the time of the last change was put back
        lambda: write(tmp_path / "b", "Others", LONG_AGO + 1).replace(path),
    ):
        act()
        seen.add(look(path).found[0].revision)
    assert len(seen) == 4


def test_a_file_that_may_change_unseen_has_no_revision(tmp_path: Path) -> None:
    """What was written a moment ago, or while it was read, is not taken for settled."""
    path = tmp_path / "a.txt"
    path.write_text("Words.")
    assert fetch(path) == Fetched(b"Words.", "")
    write(path, at=path.stat().st_mtime + 99)
    assert fetch(path) == Fetched(b"Words.", "")
    write(path)
    assert fetch(path)[1]


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Links within the folder are counted; those that leave it, break or loop are told."""
    news = tmp_path / "news"
    write(news / "a.txt")
    write(tmp_path / "secret.txt")
    (news / "again.txt").symlink_to("a.txt")
    (news / "out.txt").symlink_to("../secret.txt")
    (news / "up").symlink_to("..")
    (news / "here").symlink_to(".")
    (news / "self.txt").symlink_to("self.txt")
    (news / "gone.txt").symlink_to("none.txt")
    (news / "sub").mkdir()
    (news / "sub" / "circle").symlink_to("../sub")
    listing = look(news)
    assert names(listing) == ["a.txt"]
    assert listing.skipped == {"link": 1}
    assert listing.complete
    assert [problem.removeprefix(f"{news}/") for problem in listing.problems] == [
        "gone.txt: a link that leads nowhere or in a circle",
        "here: a link that leads in a circle",
        "out.txt: a link that leaves the folder is not followed",
        "self.txt: a link that leads nowhere or in a circle",
        "up: a link that leaves the folder is not followed",
        "sub/circle: a link that leads in a circle",
    ]


def test_a_named_link_is_followed(tmp_path: Path) -> None:
    """A link that a person names is what it leads to, file or folder."""
    path = write(tmp_path / "news" / "a.txt")
    (tmp_path / "file.txt").symlink_to(path)
    (tmp_path / "folder").symlink_to(tmp_path / "news")
    for given in ("file.txt", "folder"):
        assert [found.uri for found in look(tmp_path / given).found] == [path.as_uri()]


def _named(tmp_path: Path) -> dict[str, str]:
    """Names that a person may give by mistake, with what is told of each."""
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    write(tmp_path / "a.mp4")
    return {
        "none.txt": "no such file or folder",
        "a.mp4": f"this kind of file cannot be read ({', '.join(KINDS)} can)",
        "a.mp4/b.txt": "not a directory",
        "loop.txt": "a link that leads in a circle",
        "loop.txt/b": "a link that leads in a circle",
        "x" * 5_000: "file name too long",
        "a\x00.txt": "no file can have such a name",
        "\udcff.txt": "no such file or folder",
    }


def test_a_name_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    """Whatever a person named, one line says why it cannot be read, and nothing counts as gone."""
    for given, why in _named(tmp_path).items():
        listing = look(tmp_path / given)
        assert (listing.found, listing.complete) == ([], False)
        [problem] = listing.problems
        assert problem.endswith(f": {why}")
        assert problem.encode()
    assert look("~nobody-of-that-name/a.txt").problems[0].endswith("no such file or folder")


def test_what_is_no_file_does_not_hang(tmp_path: Path) -> None:
    """A pipe that nobody writes to is left alone in a folder, and refused where it is named."""
    os.mkfifo(tmp_path / "pipe.txt")
    write(tmp_path / "a.txt")
    listing = look(tmp_path)
    assert names(listing) == ["a.txt"]
    assert listing.skipped == {".txt": 1}
    with pytest.raises(ItemError, match=r"^is not a file$"):
        fetch(tmp_path / "pipe.txt")


def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit itself is allowed; above it the setting is named, also where a file grows."""
    path = write(tmp_path / "a.txt", "x" * 1_000_000)
    assert len(fetch(path)[0]) == 1_000_000
    write(path, "x" * 2_600_000)
    with pytest.raises(ItemError, match=r"^has 3 MB, over the limit of 1 MB \(CLIPPINGS_MAX_FILE"):
        fetch(path)
    real = os.fstat
    monkeypatch.setattr(
        sources.os, "fstat", lambda fd: os.stat_result([*real(fd)[:6], 5, *real(fd)[7:10]])
    )
    with pytest.raises(ItemError, match=r"^grew over the limit of 1 MB \(CLIPPINGS_MAX_FILE_MB\)$"):
        fetch(path)


def test_a_closed_folder_makes_a_hole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a folder may not be looked into, the rest is listed, and nothing counts as gone."""
    for name in ("a.txt", "closed/b.txt", "open/c.txt"):
        write(tmp_path / name)
    monkeypatch.setattr(sources.os, "scandir", _refusing(os.scandir, "closed"))
    listing = look(tmp_path)
    assert names(listing) == ["a.txt", "c.txt"]
    assert not listing.complete
    assert listing.problems == [f"{tmp_path / 'closed'}: no permission to read it"]


def test_a_closed_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be opened, or vanishes after it was listed, is told when it is read."""
    source = Folder(tmp_path, 1)
    write(tmp_path / "a.txt")
    [found] = source.discover().found
    with monkeypatch.context() as patch:
        patch.setattr(sources.os, "open", _refusing(os.open, "a.txt"))
        with pytest.raises(ItemError, match=r"^no permission to read it$"):
            source.fetch(found)
    (tmp_path / "a.txt").unlink()
    with pytest.raises(ItemError, match=r"^no such file or folder$"):
        source.fetch(found)


def _refusing(real: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The call, refused for paths that end so."""

    def call(path: Any, *rest: Any) -> Any:
        if str(path).endswith(name):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest)

    return call


def test_deep_folders(tmp_path: Path) -> None:
    """Folders may lie deeper than Python calls functions."""
    write(tmp_path.joinpath(*"d" * 300, "a.txt"))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        listing = look(tmp_path)
    finally:
        sys.setrecursionlimit(limit)
    assert names(listing) == ["a.txt"]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    """A file whose name is no Unicode is read, and shown in characters that can be printed."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 \n\x1b[2J.txt")).write_text("Words.")
    source = Folder(tmp_path, 1)
    [found] = source.discover().found
    assert found.name.endswith("/caf\ufffd \ufffd\ufffd[2J.txt")
    assert found.uri.endswith("/caf%E9%20%0A%1B%5B2J.txt")
    assert source.fetch(found)[0] == b"Words."
