"""Runs, one after another: each reads what is new or changed, and tells all that is wrong."""

from pathlib import Path

import pytest
from fakes import HashEmbedder
from proofs import complete, expected_text, full_text

from ingest import run, storing
from ingest.report import Progress
from retrieval import ledger
from retrieval.errors import EmbedderDiffers, VectorsError
from retrieval.library import Library
from retrieval.vectors import Vectors
from tests.ingest.material import News


def whole(news: News) -> None:
    """The full text and Chroma hold what the library does."""
    assert full_text(news.library) == expected_text(news.library)
    complete(news.library, news.vectors)


def test_what_is_new_is_stored(news: News) -> None:
    """Every file's articles are stored, chunked, embedded and indexed, and counted."""
    news.write("a.txt", "Strike\n\nThe harbour closed on Monday.")
    news.write("sub/b.md", "# Rain\n\nIt rained in Geneva.")
    news.lines("c.jsonl", {"one": "A vote was held.", "two": "The vote was lost."})
    news.write("d.mp4", "no")
    report = news.ingest()
    assert (report.new, report.changed, report.same, report.gone) == (4, 0, 0, 0)
    assert (report.chunks, report.embedded) == (4, 4)
    assert report.skipped == {".mp4": 1}
    assert report.problems == report.notes == []
    assert sorted(it.title for it in news.library.listing()) == [
        *("A vote was held.", "Rain"),
        *("Strike", "The vote was lost."),
    ]
    whole(news)


def test_what_is_unchanged_is_not_read(news: News) -> None:
    """The second run fetches nothing and embeds nothing; a touched file is read, not embedded."""
    news.write("a.txt", "The harbour closed.")
    news.write("b.txt", "The harbour opened.")
    news.ingest()
    assert news.fetched == ["a.txt", "b.txt"]
    report = news.ingest()
    assert (report.same, report.embedded, news.fetched) == (2, 0, [])
    news.write("b.txt", "The harbour opened.")
    report = news.ingest()
    assert (report.same, report.changed) == (2, 0)
    assert (news.fetched, news.embedder.asked) == (["b.txt"], [])
    assert (news.ingest().same, news.fetched) == (2, [])


def test_what_changed_takes_the_place(news: News) -> None:
    """A changed file's chunks replace its old ones; of the rest nothing is embedded again."""
    paragraphs = [" ".join([f"Point{n} was made."] * 34) for n in range(5)]
    news.write("a.txt", "\n\n".join(paragraphs))
    news.write("b.txt", "Another article.")
    news.ingest()
    before = set(news.library.execute("SELECT id FROM chunks WHERE article LIKE 'a-%'"))
    paragraphs[2] = "Quite another paragraph, and a long one. " * 15
    news.write("a.txt", "\n\n".join(paragraphs))
    report = news.ingest()
    assert (report.changed, report.new, report.same) == (1, 0, 1)
    assert news.embedder.asked
    assert all("another paragraph" in text for text in news.embedder.asked)
    after = set(news.library.execute("SELECT id FROM chunks WHERE article LIKE 'a-%'"))
    assert not before & after
    whole(news)


def test_equal_texts_are_embedded_once(news: News) -> None:
    """The same article in ten files is stored ten times and embedded once, now and later."""
    for n in range(10):
        news.write(f"{n}.txt", "The same report.")
    report = news.ingest()
    assert (report.new, report.embedded, len(news.embedder.asked)) == (10, 1, 1)
    news.write("more.txt", "The same report.")
    assert news.ingest().embedded == 0
    whole(news)


def test_more_than_a_batch(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with more chunks than are stored at once is whole in the end."""
    monkeypatch.setattr(storing, "BATCH", 4)
    news.lines("a.jsonl", {f"id{n}": f"Report {n} tells of place{n}." for n in range(30)})
    assert news.ingest().new == 30
    whole(news)
    assert (news.ingest().same, news.fetched) == (30, [])


def test_a_renamed_file_keeps_its_article(news: News) -> None:
    """An article with an id of its own moves with its file, without being embedded again."""
    old = news.lines("old.jsonl", {"one": "A vote was held."})
    news.ingest()
    old.rename(old.with_name("new.jsonl"))
    report = news.ingest()
    assert (report.changed, report.gone, report.embedded) == (1, 0, 0)
    assert news.ingest(prune=True).deleted == 0
    assert news.texts() == {"one": "A vote was held."}
    assert list(ledger.known_items(news.library)) == [(news.folder / "new.jsonl").as_uri()]


def test_a_bad_file_does_not_stop_the_rest(news: News) -> None:
    """Each bad file is told in a line, now and in every run until it is mended."""
    news.write("a.txt", "")
    (news.folder / "b.md").write_bytes(b"\x89PNG\x00\x01\x02")
    news.write("c.jsonl", '{"id": "1", "text": "Good."}\nbad\n{"id": "1", "text": "Twice."}')
    news.write("d.md", "---\ndate: soon\nurl: nowhere\n---\nBody.")
    news.write("e.txt", "Fine.")
    for turn in range(2):
        report = news.ingest()
        assert [line.removeprefix(f"{news.folder}/") for line in report.problems] == [
            *(["a.txt: is empty", "b.md: is not text"] if turn == 0 else _KEPT),
            *(_KEPT if turn == 0 else ["a.txt: is empty", "b.md: is not text"]),
        ]
    news.write("a.txt", "Mended.")
    assert not any("a.txt" in line for line in news.ingest().problems)
    assert sorted(news.texts().values()) == ["Body.", "Fine.", "Good.", "Mended."]


_KEPT = [
    "c.jsonl: line 2 is not valid JSON (character 1): left out",
    "c.jsonl: line 3: the id '1' is that of line 1 already: left out",
    "d.md: its url is no web address: stored without it",
    "d.md: its date 'soon' cannot be used (no date was recognised): stored without it",
]


def test_a_file_that_cannot_be_read_now_keeps_its_articles(news: News) -> None:
    """A file that was good and is broken is told, and what was read of it stays, even pruned."""
    path = news.write("a.txt", "The harbour closed.")
    news.ingest()
    path.write_bytes(b"\x00\x01\x02")
    report = news.ingest(prune=True)
    assert report.problems == [f"{path}: is not text"]
    assert list(news.texts().values()) == ["The harbour closed."]


def test_paths_that_overlap(news: News) -> None:
    """A folder, one in it, and a file in that are read once; a missing one is told."""
    path = news.write("sub/a.txt", "The harbour closed.")
    missing = news.folder / "none"
    report = news.ingest(news.folder, path.parent, path, missing)
    assert (report.new, report.same) == (1, 2)
    assert report.problems == [f"{missing}: no such file or folder"]
    assert news.fetched == ["a.txt"]


def test_progress_is_told(news: News) -> None:
    """Every file that is read is named before it is, and the end is told."""
    told = list[Progress]()
    for name in ("a.txt", "b.txt"):
        news.write(name, f"Words of {name}.")
    run.ingest(
        news.library,
        [str(news.folder)],
        embedder=news.embedder,
        vectors=news.vectors,
        tell=told.append,
    )
    assert [(p.done, p.total, Path(p.name).name) for p in told] == [
        *((0, 2, "a.txt"), (1, 2, "b.txt")),
        (2, 2, ""),
    ]


def test_another_embedder_is_refused(news: News) -> None:
    """A library of another embedder's vectors is left as it is, and the command is named."""
    news.write("a.txt", "The harbour closed.")
    news.ingest()
    news.write("b.txt", "The harbour opened.")
    news.embedder = HashEmbedder("hash@2")
    with pytest.raises(EmbedderDiffers, match="clippings reembed --library main"):
        news.ingest()
    assert len(news.texts()) == 1


def test_without_vectors_the_library_is_whole(
    library: Library, news: News, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Chroma cannot be written, all is stored, one line says so, and the next run mends it."""
    news.write("a.txt", "The harbour closed.")

    def fail(_: Library) -> bool:
        raise VectorsError("the vectors cannot be written")

    with monkeypatch.context() as patch:
        patch.setattr(vectors, "sync", fail)
        report = news.ingest()
    assert (report.new, report.problems) == (1, ["the vectors cannot be written"])
    assert vectors.check(library)
    assert news.ingest().problems == []
    assert news.embedder.asked == []
    whole(news)
