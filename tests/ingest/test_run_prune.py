"""What is gone: told without `prune`, deleted with it, where it can be believed."""

from pathlib import Path
from typing import Any

import pytest
from proofs import complete, expected_text, full_text

from ingest import sources
from retrieval import ledger
from tests.ingest.material import News


def test_what_is_gone_is_told_and_stays(news: News) -> None:
    """Without `prune` a deleted file's article stays, and every run tells of it."""
    news.write("a.txt", "The harbour closed.")
    news.write("b.txt", "The harbour opened.").unlink(news.ingest() is None)
    for _ in range(2):
        report = news.ingest()
        assert (report.gone, report.deleted, report.same) == (1, 0, 1)
    assert len(news.texts()) == 2


def test_prune_deletes_what_is_gone(news: News) -> None:
    """With `prune` it goes out of the library, the full text, Chroma and the ledger."""
    news.write("a.txt", "The harbour closed.")
    gone = news.write("b.txt", "The harbour opened.")
    news.ingest()
    gone.unlink()
    report = news.ingest(prune=True)
    assert (report.gone, report.deleted, report.same) == (1, 1, 1)
    assert list(news.texts().values()) == ["The harbour closed."]
    assert list(ledger.known_items(news.library)) == [(news.folder / "a.txt").as_uri()]
    assert full_text(news.library) == expected_text(news.library)
    complete(news.library, news.vectors)


def test_what_a_killed_run_left_goes_with_its_file(news: News) -> None:
    """A run stored an article, was killed before its file's line, and then the file went away."""
    news.write("a.txt", "The harbour closed.")
    gone = news.write("b.txt", "The harbour opened.")
    news.ingest()
    with news.library.transaction():
        news.library.execute("DELETE FROM items WHERE uri = ?", (gone.as_uri(),))
    gone.unlink()
    assert news.ingest().gone == 1
    report = news.ingest(prune=True)
    assert (report.gone, report.deleted) == (1, 1)
    assert list(news.texts().values()) == ["The harbour closed."]


@pytest.mark.parametrize("told_first", [False, True])
def test_an_article_that_left_its_file(news: News, *, told_first: bool) -> None:
    """One of a file's articles goes too, also where a run without `prune` saw it first."""
    news.lines("a.jsonl", {"one": "A vote was held.", "two": "The vote was lost."})
    news.ingest()
    news.lines("a.jsonl", {"one": "A vote was held."})
    if told_first:
        for _ in range(2):
            report = news.ingest()
            assert (report.gone, report.deleted) == (1, 0)
            assert set(news.texts()) == {"one", "two"}
    report = news.ingest(prune=True)
    assert (report.gone, report.deleted) == (1, 1)
    assert set(news.texts()) == {"one"}
    assert (news.ingest(prune=True).gone, news.fetched) == (0, [])


def test_a_file_with_bad_lines_loses_nothing(news: News) -> None:
    """While lines of a file cannot be read, an article that it lacks may be in one of them."""
    news.lines("a.jsonl", {"one": "A vote was held.", "two": "The vote was lost."})
    news.ingest()
    news.write("a.jsonl", '{"id": "one", "text": "A vote was held."}\n{"id": "two", "te')
    report = news.ingest(prune=True)
    assert (report.gone, report.deleted) == (1, 0)
    assert set(news.texts()) == {"one", "two"}
    news.lines("a.jsonl", {"one": "A vote was held."})
    assert news.ingest(prune=True).deleted == 1


def test_an_empty_folder_deletes_nothing(news: News) -> None:
    """A folder that suddenly lists nothing is told, and its articles stay."""
    path = news.write("a.txt", "The harbour closed.")
    news.ingest()
    path.unlink()
    report = news.ingest(prune=True)
    assert (report.gone, report.deleted) == (1, 0)
    why = "lists nothing now, but 1 files of it are known: nothing was deleted"
    assert report.problems == [f"{news.folder.as_uri()}/: {why}"]
    news.folder.rmdir()
    report = news.ingest(prune=True)
    assert report.problems == [f"{news.folder}: no such file or folder"]
    assert len(news.texts()) == 1


def test_a_folder_that_cannot_be_seen_into_deletes_nothing(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one folder below is closed, nothing is deleted in this run, in the next all is."""
    news.write("a.txt", "The harbour closed.")
    gone = news.write("b.txt", "The harbour opened.")
    news.write("sub/c.txt", "The harbour burnt.")
    news.ingest()
    gone.unlink()
    real = sources.os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "sub":
            raise PermissionError(13, "Permission denied")
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(sources.os, "scandir", scandir)
        report = news.ingest(prune=True)
    assert (report.gone, report.deleted, len(news.texts())) == (0, 0, 3)
    assert report.problems == [f"{news.folder / 'sub'}: no permission to read it"]
    assert news.ingest(prune=True).deleted == 1
    assert len(news.texts()) == 2


def test_other_folders_are_left_alone(news: News) -> None:
    """Pruning one folder, or one file, deletes nothing that came from elsewhere."""
    news.write("one/a.txt", "The harbour closed.")
    news.write("one/c.txt", "The harbour burnt.").unlink(news.ingest() is None)
    other = news.write("two/b.txt", "The harbour opened.")
    news.ingest()
    other.unlink()
    assert news.ingest(news.folder / "one", prune=True).deleted == 1
    assert news.ingest(news.folder / "one" / "a.txt", prune=True).deleted == 0
    assert len(news.texts()) == 2


def test_an_id_of_two_files_is_the_first_ones(news: News) -> None:
    """A second file with an id that is taken is told so, until the first one lets it go."""
    first = news.lines("a.jsonl", {"one": "A vote was held."})
    news.lines("b.jsonl", {"one": "Another vote.", "two": "The vote was lost."})
    for _ in range(2):
        report = news.ingest()
        why = f"the id 'one' is that of an article in {first.as_uri()} already: left out"
        assert report.problems == [f"{news.folder}/b.jsonl: {why}"]
        assert news.texts() == {"one": "A vote was held.", "two": "The vote was lost."}
    news.lines("a.jsonl", {"three": "A third."})
    assert news.ingest(prune=True).problems == []
    assert news.texts()["one"] == "Another vote."
    assert (news.ingest().problems, news.fetched) == ([], [])


def test_an_article_that_moves_between_files(news: News) -> None:
    """An article that goes from a file to an earlier one is there after the next run at the latest."""
    news.lines("a.jsonl", {"one": "A vote was held."})
    news.lines("b.jsonl", {"two": "The vote was lost.", "three": "A third."})
    news.ingest()
    news.lines("a.jsonl", {"one": "A vote was held.", "two": "The vote was lost."})
    news.lines("b.jsonl", {"three": "A third."})
    news.ingest(prune=True)
    assert news.ingest(prune=True).problems == []
    assert set(news.texts()) == {"one", "two", "three"}
    assert (news.ingest().same, news.fetched) == (3, [])
