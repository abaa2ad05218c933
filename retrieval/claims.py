"""Pure: a model's draft taken apart into sentences, each with the numbers it cites and who speaks."""

import re
from dataclasses import dataclass, replace

from retrieval.sentences import sentences
from retrieval.speakers import Speaker, speaker_of, subject_of
from retrieval.speech import VERB

_MARK = re.compile(r"\s*[\[(【]\s*(\d{1,3}(?:\s*[,;&]\s*\d{1,3})*)\s*[\])】]")
_NEUTRAL = re.compile(
    r"sa(?:id|ys?)|t(?:old|ells?)|add(?:ed|s)|stat(?:ed|es)|report(?:ed|s)|explain(?:ed|s)|not(?:ed|es)|"
    r"wrote|writes|announc(?:ed|es)|confirm(?:ed|s)",
)
_PRONOUN_SAYS = re.compile(
    rf"(?:he|she|it|they) (?:also |has |have |had )*{VERB.pattern}", re.IGNORECASE
)
_LEAD = re.compile(r"[,\s]*(?:that\b)?[\s,:]*")
_SAID_WHO = re.compile(rf"[,\s]*\b(?:{_NEUTRAL.pattern}) (?:the |an? )?\Z")
_ACCORDING = re.compile(r"[,\s]*\baccording to\s*\Z", re.IGNORECASE)
_WHEN = re.compile(
    r"(?:In|On|By|At|Since|Until|During)(?: (?:\d+(?:st|nd|rd|th)?|[A-Z][a-z]+(?:day|ary|ch|il|ne|ly|st|ber)|May|early|late|the|"
    r"morning|evening|afternoon|night|of))+ |(?:Under|After|Before|With|Despite|At) (?:its |the )?[a-z]+(?: [a-z]+){0,2} (?=the |[A-Z])"
)
_COUNTED = re.compile(r"\d|\b(?:all|most|every|each|both)\b")
_LONG = 10  # words of a subject at most


@dataclass(frozen=True, slots=True)
class Drafted:
    """One sentence of a draft without its marks.

    `body` is the part without "X said that", in characters of `text`; `subject` is what that begins
    by naming; `speaker` is None where nobody is said to speak, `said` where a name is lacking too.
    """

    text: str
    cites: tuple[int, ...] = ()
    speaker: str | None = None
    said: bool = False
    body: tuple[int, int] = (0, 0)
    subject: str = ""


def drafted(text: str) -> list[Drafted]:
    """The sentences of a model's draft, each with the passages that it cites, in order.

    Marks such as [1], [1][2] and [1, 2] count for the sentence that they follow or stand in. A
    pronoun that speaks is looked up in the sentences of the draft before it.
    """
    marks: list[tuple[int, tuple[int, ...]]] = []
    plain, at = "", 0
    for match in _MARK.finditer(text):
        plain += text[at : match.start()]
        marks.append((len(plain), tuple(int(n) for n in re.findall(r"\d+", match[1]))))
        at = match.end()
    plain += text[at:]
    found, last = [], 0
    places = sentences(plain)
    for number, (a, b) in enumerate(places):
        # A mark after the full stop belongs to the sentence that ends there.
        stop = places[number + 1][0] if number + 1 < len(places) else len(plain) + 1
        its = [n for place, numbers in marks if last <= place < max(stop, b + 1) for n in numbers]
        last = max(stop, b + 1)
        found.append(replace(read(plain, a, b), cites=tuple(dict.fromkeys(its))))
    return found


def read(draft: str, start: int, end: int) -> Drafted:
    """The sentence `draft[start:end]` with its speaker, its subject and the part that is said."""
    text = draft[start:end]
    speaker = speaker_of(draft, start, end)
    if speaker and _COUNTED.search(speaker.name):
        speaker = None  # "mayors of 15 of the 18 municipalities": what is told of so many
    own = speaker if speaker and speaker.start >= start else None
    local = own and Speaker(own.name, own.start - start, own.end - start)
    a, b, said = _said(text, local)
    speaker = speaker if said else None
    subject = local if local and a == local.end else subject_of(text, a, b)
    if subject is None or subject.end >= b - 1:
        when = _WHEN.match(text, a)  # "In 1961 Dylan moved"
        subject = subject_of(text, when.end(), b) if when else subject
    if subject and (subject.end >= b - 1 or len(subject.name.split()) > _LONG):
        subject = None  # no verb was recognised, so this is no subject
    return Drafted(
        text,
        speaker=speaker.name if speaker else None,
        said=said,
        body=(a, b),
        subject=subject.name if subject else "",
    )


def _said(text: str, speaker: Speaker | None) -> tuple[int, int, bool]:
    """Where the part begins and ends that is said, and whether somebody is said to say it."""
    if speaker:
        according = _ACCORDING.search(text[: speaker.start])
        if according:
            if not according.start():
                return _led(text, speaker.end), len(text), True
            return 0, according.start(), True
    ahead = _SAID_WHO.search(text[: speaker.start]) if speaker else None
    if ahead and ahead.start():
        return 0, ahead.start(), True  # "..., said Osama Rabie, the chairman"
    verb = VERB.search(text, speaker.end) if speaker else _PRONOUN_SAYS.match(text)
    if speaker and verb and not _opens(text, speaker, verb.start()):
        return 0, len(text), False
    if not verb:
        return 0, len(text), False
    if not _NEUTRAL.fullmatch(verb[0].split()[-1]):
        return (speaker.end if speaker else 0), len(text), bool(speaker)
    before = speaker.start if speaker else verb.start()
    if len(text[verb.end() :].split()) < len(text[:before].split()) - 1:
        return 0, before, True
    return _led(text, verb.end()), len(text), True


def _opens(text: str, speaker: Speaker, verb: int) -> bool:
    """Whether "X said" or ", X said" stands there, not two words that are deep in a clause."""
    before, between = text[: speaker.start].rstrip(), text[speaker.end : verb]
    begins = before.endswith((",", '"', "”", ":")) or len(before.split()) <= 3  # noqa: PLR2004
    return begins and (between.startswith(",") or len(between.split()) <= 4)  # noqa: PLR2004


def _led(text: str, at: int) -> int:
    lead = _LEAD.match(text, at)
    return lead.end() if lead else at
