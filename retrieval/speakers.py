"""Pure: who says what a sentence of an article tells, by how news is written; no model.

News names the speaker beside a verb of speech ("Russia's foreign ministry said it was ..."), after
"according to", or by a pronoun that points to the sentence before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.lexicon import PASTS
from retrieval.sentences import sentences
from retrieval.speech import BODY, ROLE, VERB

_REACH = 1_500  # characters before a sentence in which its pronoun is looked up
_DEEP = 4  # sentences that a chain of pronouns is followed back

_ACCORDING = re.compile(r"\b[Aa]ccording to ")
_SAID_WHO = re.compile(r"(?:[,\"”’]|\A)\s*(?:said|says|added|wrote|told) (?=(?:the |an? )?\w)")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»")
# What may stand between the subject and its verb.
_BETWEEN = re.compile(
    r"(?:\s+(?:has|have|had|also|then|later|again|once|still|yesterday|today|"
    r"(?!tally|ally|rally|family|assembly|italy|july|supply)\w+ly|"
    r"(?:on|in|at|from|after|before) [^,]{1,40}))+$"
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|to)(?: \w+ly)?\s*$")
_LATER = re.compile(
    r"(?:an?|one|two|three|some|the) (?:\w+ )?(?:later|earlier|after|before)\s+", re.IGNORECASE
)
_PART_OF = re.compile(r"(?:one|some|all|most|none|both|several) of\b", re.IGNORECASE)
_LEADS_IN = re.compile(
    r"(?:(?:but|and|as|while|that|because|when|if|though|although|however|so|yet)\s+)+",
    re.IGNORECASE,
)
_ADVERBIAL = re.compile(
    r"(?:in|on|at(?! least)|after|before|during|by|from|under|with|for|asked|speaking|writing|according|"
    r"meanwhile|however|instead|later|earlier|nearby|today|yesterday|since|despite|as|when|while|"
    r"if|even|to|once|until|unlike|although|though|worth|born|out|\w+ing(?! (?:is|was|were|are|has|had|will)\b)|"
    r"[A-Z][a-z]+ed (?:by|from|in|on|at|with|to))\b",
    re.IGNORECASE,
)
_NOT_A_SUBJECT = re.compile(
    r"\b(?:is|are|was|were|be|been|being|would|could|should|will|can|may|might|must|did|does|do|"
    r"has|have|had|said|which|what|whom)\b"
)
_RELATIVE = re.compile(
    r"(?:who|which|that|whose|whom|what|nobody|no one|not|our|my|your|we|i|you|there|the\Z)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:he|she|it|they|him|her|them|both)", re.IGNORECASE)
_PERSONAL = re.compile(r"(?:he|she|him|her)", re.IGNORECASE)
_POINTS = re.compile(r"(?:[Tt]he|[Tt]his|[Tt]hat) (?:[a-z-]+ )?([a-z-]+)")
_DETERMINED = re.compile(r"(?:the|an?|this|its|their|his|her|another|one|some)\s", re.IGNORECASE)
_ENDS = re.compile(r"[.!?][\"”’)*]*\Z")  # a sentence, not a heading or the start of one
_NAME = re.compile(r"[A-Z][\w’'.-]*(?:\s+(?:(?:al|bin|de|der|di|la|van|von)[- ])*[A-Z][\w’'.-]*)*")
VERBLIKE = re.compile(
    r"\b(?<!-)(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|did|does|gave|went|"
    r"made|took|won|came|met|sent|led|saw|got|put|began|left|held|hit|ran|told|said|says|lost|"
    r"slept|rose|belongs|costs?|lies|takes|makes|gives|wants|needs|links|passes|remains|carries|chooses|becomes|includes|contains|requires|provides|allows|expects|considers|keeps|brings|sends|leads|seeks|accuses|believes|belong|owns?|fell|shot|struck|spoke|wrote|built|broke|drew|fought|found|flew|grew|knew|kept|"
    r"meant|paid|sold|spent|stood|taught|thought|threw|wore|brought|bought|chose|felt|forced|"
    rf"{'|'.join(PASTS.split())}|[a-z]{{2,}}ed)\b(?<!need)(?<!speed)(?<!hundred)"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the name as it is written, and where: `text[start:end] == name`."""

    name: str
    start: int
    end: int


def speaker_of(text: str, start: int, end: int) -> Speaker | None:
    """Who says what the sentence `text[start:end]` tells, or None where nobody is named.

    A pronoun ("he said") is looked up in the sentences before, and so is a body that was named in
    full there ("the ministry said"); a pronoun that points to nobody gives None. The offsets are
    characters of `text`, and may lie before `start`.
    """
    return _speaker(text, start, end, _DEEP)


def subject_of(text: str, start: int, end: int) -> Speaker | None:
    """What the sentence begins by naming, up to its first verb; None where that is no name."""
    a, b = next(
        (it for it in _pieces(text, start, end) if not _ADVERBIAL.match(text, *it)), (start, start)
    )
    verb = VERBLIKE.search(text, a, b)
    if verb:
        return _named(text, [(a, verb.start())])
    nearby = [it for it in _pieces(text, a, end) if not _RELATIVE.match(text, *it)]
    verb = VERBLIKE.search(text, *nearby[1]) if a > start and len(nearby) > 1 else None
    if verb and verb.start() > nearby[1][0]:  # "On Thursday, the second day of it, tanks moved"
        return _named(text, [(nearby[1][0], verb.start())])
    return _named(text, nearby[:2])


def _speaker(text: str, start: int, end: int, deep: int) -> Speaker | None:
    plain = _masked(text, start, end)
    found = next(_beside_a_verb(plain, start, end), None)
    after = _ACCORDING.search(plain, start, end)
    if after and (found is None or after.start() <= found.start):
        found = _after(plain, after.end(), end) or found
    if found is None:
        return None
    return _resolved(text, Speaker(text[found.start : found.end], found.start, found.end), deep)


def _masked(text: str, start: int, end: int) -> str:
    """The text up to `end` with blanks for what the sentence has in quotation marks."""
    sentence = _QUOTED.sub(lambda it: '"' + " " * (len(it[0]) - 2) + '"', text[start:end])
    return text[:start] + sentence


def _beside_a_verb(text: str, start: int, end: int) -> Iterator[Speaker]:
    """The subjects of the sentence's verbs of speech, in order."""
    for verb in VERB.finditer(text, start, end):
        before = text[start : verb.start()]
        cut = _BETWEEN.search(before.rstrip())
        stop = start + (cut.start() if cut else len(before.rstrip()))
        pieces = list(_pieces(text, start, stop))
        if _PASSIVE.search(before):
            continue
        if verb[0].endswith("ing"):
            subject = subject_of(text, start, stop)
        elif text[:stop].endswith(",") or (pieces and _RELATIVE.match(text, *pieces[-1])):
            subject = _with_apposition(text, pieces)
        else:
            subject = _named(text, pieces[-1:])
        if subject and not _ADVERBIAL.match(subject.name):
            yield subject
        elif not subject and _SAID_WHO.match(text, max(verb.start() - 2, start), end):
            after = _after(text, verb.end() + 1, end)
            if after:
                yield after


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts between commas, dashes and quotation marks, trimmed; words that lead in left out."""
    at = start
    for match in re.finditer(r"(?:,(?!\d)|[;:\"“”()])\s*| [–—-] |\Z", text[:end][start:]):
        a, b = at, start + match.start()
        at = start + match.end()
        while a < b and text[a].isspace():
            a += 1
        for lead in (_LEADS_IN, _LATER):
            words = lead.match(text, a, b)
            a = words.end() if words else a
        if text[a:b].strip():
            yield a, a + len(text[a:b].rstrip())


def _with_apposition(text: str, pieces: list[tuple[int, int]]) -> Speaker | None:
    """The subject of "NAME, the head of it, said" and of "The head of it, NAME, said"."""
    parts = [it for it in pieces if not _RELATIVE.match(text, *it)]
    while len(parts) > 1 and _ADVERBIAL.match(text, *parts[0]):
        del parts[0]
    # Only the subject and what stands beside it: what holds a verb is a clause of its own.
    for at in range(len(parts) - 1, -1, -1):
        if _NOT_A_SUBJECT.search(text, *parts[at]):
            del parts[: at + 1]
            break
    return _named(text, parts)


def _named(text: str, parts: list[tuple[int, int]]) -> Speaker | None:
    """The subject out of its parts: a person's name before a title, two people as one."""
    usable = [it for it in parts if not _NOT_A_SUBJECT.search(text, *it)]
    if not usable:
        return None
    if len(usable) > 1 and _PART_OF.match(text, *usable[0]):
        del usable[0]  # "One of them, the Northern Sun Battalion, said"
    first, *more = usable
    people = [it for it in usable if _is_name(text[slice(*it)])]
    if _DETERMINED.match(text, *first) or not _is_name(text[slice(*first)]):
        first = people[0] if people and not _PRONOUN.fullmatch(text, *first) else first
    elif len(people) > 1 and re.search(r"\band\s*$", text[first[1] : people[-1][0]]):
        first = (first[0], people[-1][1])
    start, end = first
    if more and not re.search(r"\w", text[start:end]):
        return None
    cut = _BETWEEN.search(text[start:end])
    end = start + cut.start() if cut and cut.start() else end
    last = re.search(r"\s(?:he|she|it|they)$", text[start:end])  # "At a news conference he said"
    start += last.start() + 1 if last else 0
    starred = text[start:end].strip("* ")
    start = text.find(starred, start, end)
    ok = starred and not _RELATIVE.match(starred) and len(starred.split()) <= 14  # noqa: PLR2004
    return Speaker(starred, start, start + len(starred)) if ok else None


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and not _DETERMINED.match(text)


def _after(text: str, start: int, end: int) -> Speaker | None:
    """The name that begins here and ends with its phrase."""
    stop = re.compile(
        r"[,;.\"“”)](?=\s|$|[\"”])|\s(?:who|which|that|on|in|as|and it|but|at|after|when|while)\s|\Z"
    ).search(text[:end], start)
    last = stop.start() if stop else end
    return _named(text, [(start, last)]) if last > start else None


def _resolved(text: str, found: Speaker, deep: int) -> Speaker | None:
    """The speaker itself, or whom its pronoun or its "the ministry" points to."""
    if _PRONOUN.fullmatch(found.name):
        personal = _PERSONAL.fullmatch(found.name)
        earlier = _earlier(text, found.start, deep)
        return next((it for it in earlier if not personal or _could_be_a_person(it.name)), None)
    points = _POINTS.fullmatch(found.name)
    if not points:
        return found
    # Its head, not what comes after "at the": "controllers at the agency" are not the agency.
    head = re.compile(
        rf"(?:(?!\b(?:at|of|for|in|from)\b).)*\b{points[1]}(?:\Z| (?:of|for)\b)", re.IGNORECASE
    )
    for known in _earlier(text, found.start, deep):
        if head.match(known.name) and not _POINTS.fullmatch(known.name):
            return known
    named = re.compile(
        rf"\b(?!(?:The|An?|This|Its)\b)[A-Z][\w’'-]*[^\S\n]+(?:(?!(?:at|of|for|in|from)\b)[\w’'-]+[^\S\n]+){{0,3}}{points[1]}\b",
        re.IGNORECASE,
    )
    first = max(found.start - _REACH, 0)
    for match in reversed(list(named.finditer(text, first, found.start))):
        if match[0][0].isupper() and not _DETERMINED.match(match[0]):
            return Speaker(match[0], *match.span())
    return found


def _could_be_a_person(name: str) -> bool:
    """Whether "he" or "she" may point to that name: no body, no land, no mere thing."""
    plain = _DETERMINED.sub("", name, count=1)
    return not BODY.search(name) and bool(re.search(r"[A-Z]", plain) or ROLE.search(plain))


def _earlier(text: str, before: int, deep: int) -> Iterator[Speaker]:
    """Who spoke in the sentences before, and what those were about, the nearest first."""
    if not deep:
        return
    first = max(before - _REACH, 0)
    places = [(a, b) for a, b in sentences(text, first, before) if _ENDS.search(text, a, b)]
    for a, b in places[-1 : -deep - 1 : -1]:
        for known in (_speaker(text, a, b, deep - 1), subject_of(text, a, b)):
            if known and not _PRONOUN.fullmatch(known.name):
                yield known
