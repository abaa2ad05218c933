"""Pure: whether words are given to the one who said them, and quoted as they were said."""

import re

from retrieval.claims import Drafted
from retrieval.sentences import sentence_before
from retrieval.speakers import Speaker, speaker_of
from retrieval.speech import VERB
from retrieval.terms import terms
from retrieval.types import Article
from retrieval.wording import LANDS, LIGHT, initials, land, same, words

_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|«([^»]+)»")
_STATED = re.compile(r"\b(?:said|says|told|claim(?:ed|s)|argu(?:ed|es)|insist(?:ed|s))\b")
_GOVERNS = frozenset(terms("government ministry state foreign kremlin capital officials"))
_ACCORDING = re.compile(r"according to ([^,.;]+)")
_ASIDE = re.compile(r"(?:[A-Z0-9][\w-]* (?:of the |of )?)+(?:[a-z]+ )?[\w-]+, which\b(?=[^,]*$)")
_OWN = re.compile(r", (?:and|but) (?:he|she|it|they) ")
_BODY = re.compile(
    r"[Tt]he (?:agency|company|firm|group|organi[sz]ation|body|party|council|paper|newspaper|authority|"
    r"team|operator|ministry|court|bank|union|charity|institute|office|association)"
)
_BODIES = frozenset(w.term for w in words("UN EU NATO US"))  # of whom many speak
_PLAIN = re.compile(r"[Tt]h(?:e|is|at) [a-z]+")
_APPOSED = re.compile(r"([A-Z][\w-]+(?: [A-Z][\w-]+)*), (?:the |an? )?$")
_TITLES = frozenset(
    terms(
        "president prime minister vice mr mrs ms dr sir chief senator secretary-general king queen"
    )
)


# What points to something that was named before: "the country's agency" for "Haiti's agency".
_REFERS = frozenset(terms("country nation city national local own other same their its"))


def quotes_fault(draft: str, sentence: str) -> str:
    """Why its quoted words are not those of the sentence; empty where they are."""
    plain = _plain(sentence).casefold()
    for match in _QUOTED.finditer(draft):
        quoted = next(part for part in match.groups() if part)
        if _plain(quoted).casefold().rstrip(" .,;!?") not in plain:
            return f"nobody is quoted there with “{quoted[:60]}”"
    return ""


def _plain(text: str) -> str:
    """The text with plain quotation marks and single spaces."""
    table = str.maketrans("’‘“”", "''\"\"")
    return " ".join(text.translate(table).split())


def speaker_fault(it: Drafted, article: Article, start: int, end: int) -> str:
    """Why the sentence `article.text[start:end]` is not said by the draft's speaker; empty where so."""
    speaker = speaker_of(article.text, start, end)
    if not it.speaker and not it.said:
        if speaker and not _acts(speaker.name, it.text) and _only_said(it, article.text[start:end]):
            return f"it leaves out that {speaker.name} says this"
        return ""
    if speaker is None:
        if it.speaker and not _acts(it.speaker, article.text[start:end]):
            return f"the article does not give this to {it.speaker}"
        return ""
    if it.speaker and _by_head(it.speaker, speaker.name, article.title):
        return ""
    if it.speaker and not _one_of_them(it.speaker, speaker, article.text, (start, end)):
        return f"{speaker.name} says this in the article, not {it.speaker}"
    return ""


def _one_of_them(name: str, speaker: Speaker, text: str, place: tuple[int, int]) -> bool:
    """Whether a name means who speaks, or "according to" whom it is told that he does."""
    if same_speaker(name, speaker, text, place):
        return True
    told = _ACCORDING.search(text, *place)
    if told and same_speaker(name, Speaker(told[1], *told.span(1)), text, place):
        return True
    named = _APPOSED.search(text, max(speaker.start - 60, 0), speaker.start)
    if named and same_speaker(name, Speaker(named[1], *named.span(1)), text, place):
        return True  # "Boskalis, the Dutch parent company of it"
    before = sentence_before(text, place[0]) if _BODY.fullmatch(speaker.name) else None
    known = speaker_of(text, *before) if before else None
    return before is not None and known is not None and same_speaker(name, known, text, before)


def _by_head(name: str, its: str, title: str) -> bool:
    """Whether "the treaty" is the agreement that the title names in full."""
    head, mine = _parts(its), _parts(name)
    plain = _PLAIN.fullmatch(its) and head <= mine and not _BODY.fullmatch(its)
    return bool(plain) and mine - head <= _parts(title)


def _only_said(it: Drafted, sentence: str) -> bool:
    """Whether the draft tells no more than what stands after "X said"."""
    stated = _STATED.search(sentence)
    mine = {w.term for w in words(it.text)} - LIGHT
    aside = stated and _ASIDE.search(sentence, stated.end())
    its = {w.term for w in words(sentence)}
    if aside and mine & its <= {w.term for w in words(sentence) if w.start >= aside.start()}:
        return False  # "He said so under Article 50, which sets a period": the paper tells that
    own = stated and _OWN.search(sentence, stated.end())
    if own and {w.term for w in words(sentence) if w.start > own.start()} >= mine & {
        w.term for w in words(sentence)
    } - {w.term for w in words(it.subject)}:
        return False  # "He said so, and he called them to a meeting": the second is a deed
    return stated is not None and not any(
        w.term in mine for w in words(sentence) if w.end <= stated.start()
    )


def _acts(name: str, sentence: str) -> bool:
    """Whether the sentence begins with the one who is named: what he does there, he may be said to."""
    wanted = {word.term for word in words(name)}
    return wanted <= {word.term for word in words(sentence[: len(name) + 60])}


def same_speaker(name: str, speaker: Speaker, text: str, place: tuple[int, int]) -> bool:
    """Whether a name means the speaker of the sentence `text[place[0]:place[1]]`.

    A surname is enough for a person; a land, its capital, its government and its ministries speak
    as one; what stands beside the speaker's name may name him too ("its director, ...").
    """
    mine, its = _parts(name), _parts(speaker.name)
    lands, there = mine & LANDS, its & LANDS
    if lands and there:
        heads, others = mine - lands, its - there
        if not lands & there:
            return False
        return (heads <= _GOVERNS and others <= _GOVERNS) or bool(heads & others)
    beside = text[max(place[0], speaker.start - 60) : speaker.end + 90]
    verb = VERB.search(text, speaker.end, speaker.end + 90)
    if verb:  # whom he speaks to, or of, is another
        beside = text[max(place[0], speaker.start - 60) : verb.start()]
    known = its | _parts(beside if place[0] <= speaker.start else speaker.name) | initials(beside)
    own = _named(name)
    if own and _named(speaker.name):
        common = (own | initials(name)) & (_named(speaker.name) | initials(speaker.name))
        body = common <= _BODIES and not own <= common
        return bool(common and not body) or (own <= known and _near(name, beside))
    return mine - _TITLES - _REFERS <= known


def _near(name: str, beside: str) -> bool:
    last, first = re.escape(name.rsplit(maxsplit=1)[-1]), beside.split(",", maxsplit=1)[0]
    somewhere = re.search(rf"\b(?:[Ii]n|[Aa]t|[Nn]ear) (?:the )?(?:[A-Z][\w-]+ )*{last}\b", first)
    return bool(re.search(last, first)) and not somewhere


def _parts(name: str) -> set[str]:
    return {land(same(stem)) for stem in terms(name)}


def _named(name: str) -> set[str]:
    """The stems of what is written as a name, titles aside."""
    found = {w.term for w in words(name) if w.name}
    return found - _TITLES - {same(t) for t in _TITLES} - set(terms("the an european national"))
