"""Words of a question that a library does not hold, read as the one word of it that they nearly are."""

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.library import Library
from retrieval.terms import terms

_WORD = re.compile(r"[^\W\d_]{5,}")  # shorter words are nearly too many others
_LONG = 8  # letters of a term from which two slips may be forgiven


def mended(library: Library, text: str) -> str:
    """The text with such words replaced; a word that could be two others stays as it is.

    Slips are counted as optimal string alignment distance: a letter too many, missing, wrong, or two
    that changed places. The first letter must be right.
    """
    return _WORD.sub(lambda word: _nearest(library, word[0]), text)


def _nearest(library: Library, word: str) -> str:
    found = terms(word)
    if len(found) != 1 or library.execute("SELECT 1 FROM terms WHERE term = ?", found):
        return word
    (term,) = found
    slips = 2 if len(term) >= _LONG else 1
    rows = library.execute(
        "SELECT term FROM terms WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?",
        (term[0], chr(ord(term[0]) + 1), len(term) - slips, len(term) + slips),
    )
    near = process.extract(
        term, [row[0] for row in rows], scorer=OSA.distance, score_cutoff=slips, limit=2
    )
    best = [known for known, distance, _ in near if distance == near[0][1]]
    return best[0] if len(best) == 1 else word
