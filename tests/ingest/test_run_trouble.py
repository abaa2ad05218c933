"""Runs that end early, full disks, and a change of embedder: the next run makes all good."""

from threading import Lock

import pytest
from fakes import HashEmbedder
from proofs import complete, expected_text, full_text, one_line

from ingest import run, storing
from ingest.report import Report
from retrieval.errors import EmbedderDiffers, LibraryError
from tests.ingest.material import News


def whole(news: News) -> None:
    """The full text and Chroma hold what the library does."""
    assert full_text(news.library) == expected_text(news.library)
    complete(news.library, news.vectors)


class Failing(HashEmbedder):
    """An embedder that fails when it is asked for more than so many texts at once or in all."""

    def __init__(self, identity: str, enough: int, limit: int = 64, size: int = 64) -> None:
        super().__init__(identity, limit=limit, size=size)
        self.left = enough
        self.counting = Lock()  # two threads ask at once

    def documents(self, texts):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102
        with self.counting:
            self.left -= len(texts)
            if self.left < 0:
                raise KeyboardInterrupt
        return super().documents(texts)


def reembed(news: News, embedder: HashEmbedder) -> Report:
    """Embed the library anew."""
    return run.reembed(news.library, embedder=embedder, vectors=news.vectors)


def fill(news: News, count: int = 12) -> None:
    """So many articles of three chunks each (of one, where the embedder reads more)."""
    for n in range(count):
        parts = [f"Point{n} of part{k} was made by them. " * 6 for k in range(3)]
        news.write(f"{n:02}.txt", "\n\n".join(parts))


def test_a_run_that_was_stopped_goes_on(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored before the stop is not read or embedded again."""
    monkeypatch.setattr(storing, "BATCH", 6)
    fill(news)
    news.embedder = Failing("hash@1", 20)
    with pytest.raises(KeyboardInterrupt):
        news.ingest()
    stored, asked = set(news.texts()), list(news.embedder.asked)
    assert 0 < len(stored) < 12
    news.embedder = HashEmbedder()
    report = news.ingest()
    assert (report.same, report.new) == (len(stored), 12 - len(stored))
    assert not set(asked) & set(news.embedder.asked)
    whole(news)


def test_a_full_disk_is_one_line(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up ends the run in one plain line; with room, the next one goes on."""
    monkeypatch.setattr(storing, "BATCH", 6)
    fill(news, 2)
    news.ingest()
    fill(news, 40)
    pages = news.library.execute("PRAGMA page_count")[0][0]
    news.library.execute(f"PRAGMA max_page_count = {pages + 8}")
    with pytest.raises(LibraryError, match="the disk is full; free some space") as error:
        news.ingest()
    one_line(error)
    assert full_text(news.library) == expected_text(news.library)
    assert 2 <= len(news.texts()) < 40
    news.library.execute("PRAGMA max_page_count = 1073741823")
    assert news.ingest().problems == []
    assert len(news.texts()) == 40
    whole(news)


def test_another_embedder_embeds_everything_anew(news: News) -> None:
    """Chunks and vectors are the new embedder's alone; files, articles and ledger stay."""
    fill(news)
    news.lines("x.jsonl", {"one": "A vote was held."})
    news.ingest()
    before = news.texts()
    other = HashEmbedder("other@1", limit=200, size=32)
    report = reembed(news, other)
    assert (report.changed, report.chunks) == (13, 13)
    assert news.texts() == before
    assert news.library.execute("SELECT DISTINCT embedder FROM vectors") == [("other@1",)]
    assert {len(v) for v in news.library.vectors(_keys(news)).values()} == {32}
    news.library.require("other@1")
    whole(news)
    news.embedder = other
    assert (news.ingest().same, news.fetched, other.asked) == (13, [], [])


def _keys(news: News) -> list[bytes]:
    return [row[0] for row in news.library.execute("SELECT key FROM chunks")]


def test_embedding_anew_that_was_stopped_goes_on(
    news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is finished the library refuses; run again, no text is embedded twice."""
    monkeypatch.setattr(storing, "BATCH", 6)
    fill(news)
    news.ingest()
    asked = list[str]()
    for enough in (10, 14, 10_000):
        embedder = Failing("other@1", enough, size=32)
        if enough < 10_000:
            with pytest.raises(KeyboardInterrupt):
                reembed(news, embedder)
            for identity in ("hash@1", "other@1"):
                with pytest.raises(EmbedderDiffers, match="clippings reembed") as error:
                    news.library.require(identity)
                one_line(error)
            news.embedder = HashEmbedder("other@1")
            with pytest.raises(EmbedderDiffers, match="not to the end"):
                news.ingest()
        else:
            reembed(news, embedder)
        asked += embedder.asked
    assert len(asked) == len(set(asked)) == len(set(_keys(news)))
    news.library.require("other@1")
    whole(news)


def test_a_change_of_mind_half_way(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    """Back at the old embedder after a stop, only what it lacks is embedded."""
    monkeypatch.setattr(storing, "BATCH", 6)
    fill(news)
    news.ingest()
    with pytest.raises(KeyboardInterrupt):
        reembed(news, Failing("other@1", 8, limit=200))
    old = HashEmbedder()
    reembed(news, old)
    assert 0 < len(old.asked) < len(_keys(news))
    news.library.require("hash@1")
    whole(news)
    again = HashEmbedder()
    reembed(news, again)
    assert again.asked == []
    whole(news)
