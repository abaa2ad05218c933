"""The full text of a library: what FTS5 finds chunks by, and the terms that their scores are counted from.

Both hold the same terms. The texts are not stored again.
"""

from retrieval.database import Database
from retrieval.terms import packed, terms
from retrieval.types import Article

_PUT = "INSERT INTO keywords (rowid, title, body) VALUES (?, ?, ?)"
# The FTS5 table keeps no text: to delete, it must be told what was inserted.
_TAKE_OUT = "INSERT INTO keywords (keywords, rowid, title, body) VALUES ('delete', ?, ?, ?)"


def put(library: Database, article: Article) -> list[int]:
    """Put an article's chunks in, within a transaction; returns their ids."""
    rows = _rows(library, article)
    for chunk, title, body in rows:
        library.execute(_PUT, (chunk, title, body))
        words = packed(f"{title} {body}".split())
        library.execute("UPDATE chunks SET words = ? WHERE id = ?", (words, chunk))
    return [chunk for chunk, _, _ in rows]


def take_out(library: Database, article: Article) -> list[int]:
    """Take an article's chunks out of FTS5, within a transaction; returns their ids."""
    rows = _rows(library, article)
    for row in rows:
        library.execute(_TAKE_OUT, row)
    return [chunk for chunk, _, _ in rows]


def clear(library: Database) -> None:
    """Take everything out of FTS5, within a transaction, whatever it was made of."""
    library.execute("INSERT INTO keywords (keywords) VALUES ('delete-all')")


def _rows(library: Database, article: Article) -> list[tuple[int, str, str]]:
    """For each chunk of an article: its id, the terms of the title, those of its text."""
    title = " ".join(terms(article.title))
    places = library.execute(
        "SELECT id, start, stop FROM chunks WHERE article = ? ORDER BY id", (article.id,)
    )
    return [(n, title, " ".join(terms(article.text[a:b]))) for n, a, b in places]
