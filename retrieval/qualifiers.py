"""Pure: the small words that turn a statement: how many, why, when, only, if, almost.

They are closed classes, and a bag of words does not see them: "the first passengers" and "the only
passengers" share all the rest. What a draft adds of them must be in the sentence; what the sentence
puts on a word that the draft takes over may not be left out.
"""

import re

from retrieval.claims import Drafted
from retrieval.lead import pointing
from retrieval.wording import LIGHT, TIMES, words


def _any(forms: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{forms})\b", re.IGNORECASE)


_CAUSED = (
    r"as a result|therefore|so that|(?:caus|trigger|prompt|blam)(?:e|es|ed|ing)|lead(?:ing|s)? to|led to|"
    r"result(?:ed|s|ing)? (?:in|from)"
)
_CAUSES = (
    rf"{_CAUSED}|because|due to|owing to|thanks to|as|so|since|for|caus\w+|prompt\w*|result\w*|"
    r"reasons?|out of|which"
)
# What a draft may say only where the sentence does, and the forms that count as that there.
_SAME = [
    (_any(mine), _any(its or mine))
    for mine, its in (
        (
            "all|every|each|every(?:one|body|thing)|whole|entire",
            "all(?! but)|every\\w*|each|whole|entire|any",
        ),
        (
            "only(?! (?:about|some|around|\\d))|sole|solely|exclusively|alone",
            "only|sole|solely|exclusively|alone|until|no other",
        ),
        ("both", "both|two|and"),
        (
            "most of|most(?= [a-z]+s\\b)|mostly|(?:the )?majority of",
            "most|mostly|majority|main\\w*|bulk",
        ),
        (
            "several|repeatedly|(?<!as )many|numerous|various",
            "several|repeatedly|many|numerous|various|some|times",
        ),
        ("always|never|ever", "always|never|ever|not|no"),
        (
            r"as (?!many|much|well|soon|long|far|high|few|little)\w+ as",
            r"as \w+ as|same|equal\w*|similar\w*",
        ),
        (
            r"bind(?:s|ing)?|oblig(?:es?|ed|ing)|compel\w*|mandat\w+",
            r"bind\w*|bound|oblig\w+|compel\w*|mandat\w+|must|requir\w+|ha(?:s|ve|d) to|forc\w+",
        ),
        ("everywhere|anywhere|nationwide|worldwide|universally", ""),
        ("once|twice", ""),
        ("half|third|quarter", "half|thirds?|quarters?"),
        ("majority|minority", ""),
        ("any", "any|all|every|no|never|not|each"),
        (
            f"{_CAUSED}|because|(?<!is )(?<!are )(?<!was )(?<!were )due to|owing to|thanks to",
            _CAUSES,
        ),
        (
            "guarantee\\w*|definitely|certainly|prove[sdn]?|undoubtedly|bound to",
            "guarantee\\w*|definitely|certain\\w*|prove[sdn]?|proof|undoubtedly|bound|confirm\\w*|ensur\\w*",
        ),
        ("if|unless|provided", "if|unless|provided|should|whether"),
        ("already", "already|had|has|have"),
        ("again", "again|re\\w+|return\\w*|back|another"),
    )
]
# Words in quotation marks and names, which have tests of their own: "the Ever Given" says no "ever".
_UNSAID = re.compile(r"\"[^\"]*\"|“[^”]*”|(?:(?<=[a-z] )|(?<=The ))[A-Z]\w+(?: [A-Z]\w+)+")
# What takes something back from the word that follows: a former mayor is none.
_TAKES_BACK = _any(
    "likely|unlikely|alleged|allegedly|suspected|possible|possibly|potential|potentially|former|formerly|"
    "interim|acting|deputy|vice|planned|proposed|attempted|so-called|apparent|apparently|provisional|"
    "provisionally|preliminary|unofficial|temporary|temporarily|partly|partially|almost|nearly|hardly|"
    "barely|failed|supposed|supposedly|presumed|probable|probably|would-be|scarcely|unconfirmed"
)
_UNSURE = re.compile(
    r"\b(?:is|are|was|were|be|seems?|seemed|looks?|looked) (?:\w+ ){0,2}(likely|unlikely|possible|probable)\b(?! to\b)"
)
_ROUND = {"almost", "nearly"}
_ANY_ROUND = _any("almost|nearly|about|around|roughly|some|approximately|close to|just under")
_TOP = re.compile(
    r"\b(first|last|(?<=the )only|(?<!per )second|third|fourth|fifth|sole|(?!honest|modest|request|interest|west|east|"
    r"forest|protest|contest|latest|test|rest|best|guest|quest|chest|invest|harvest|arrest|suggest)"
    r"[a-z]{2,}est)\s+(?=[a-z])",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(before|(?<!was )(?<!were )(?<!been )after|until|till|since|following|once|during|than)\b(?! (?:all|then)\b| that\b(?! [a-z]+ (?:that|on|in|the)\b))(?!,)(?<!once(?= before))",
    re.IGNORECASE,
)
_LIKE = {"following": "after", "once": "after", "till": "until"}
_FLIPPED = {"before": "after", "after": "before"}
_CONDITION = re.compile(
    r"\b(?:if|unless|provided that|as long as|once)\b(?! (?:and|again)\b)", re.IGNORECASE
)
_CONDITIONS = re.compile(
    r"\b(?:if|unless|provided|as long as|once|when|until|after|should)\b", re.IGNORECASE
)
_BREAK = re.compile(r"[,;:]|\b(?:that|and|but)\b")
_THEN = re.compile(r"\b(?:when|then|later|months|years|days|hours)\b")
_WHY = _any("because(?: of)?|owing to|thanks to|(?<!is )(?<!are )(?<!was )(?<!were )due to")
_GIVES = _any(
    r"because|as|since|for|due|owing|thanks|caus\w+|result\w*|reasons?|out of|by|from|with|after|when"
)
_TAKES = _any(rf"so|which|that|caus\w+|prompt\w*|result\w*|therefore|{_CAUSED}")
_FAR = 12  # words after "because" that it may be about
_NEAR = 5  # words after "before" that it may be about


def added_qualifier(it: Drafted, sentence: str) -> str:
    """Why a draft says "all", "only", "because" and the like where the sentence does not."""
    draft = it.text[slice(*it.body)]
    plain = _UNSAID.sub(lambda m: " " * len(m[0]), it.text)
    for mine, its in _SAME:
        found = mine.search(plain)
        if found and not its.search(sentence):
            return f"the article does not say “{found[0]}” there"
    for why in _WHY.finditer(draft):
        if not _caused(_after(draft, why.end(), 3), sentence):
            return f"the article does not say “{why[0]}” of that"
    named = draft.find(it.subject) + len(it.subject) if it.subject else 0
    for top in _TOP.finditer(draft):
        if top.start() < named and pointing(sentence):
            continue  # whom the pronoun means has a test of its own
        own = _next(draft, top.end())
        places = [m for m in _TOP.finditer(sentence) if _term(m[1]) == _term(top[1])]
        if own and places and not any(own & _after(sentence, m.end(), 3) for m in places):
            return f"the article says “{top[1]}” of something else"
        if own and not places and _term(top[1]) not in {w.term for w in words(sentence)}:
            return f"the article does not say “{top[1]}” there"
    return ""


def _caused(own: set[str], sentence: str) -> bool:
    """Whether the sentence, too, makes that a cause: after "because" or "for", or before "so" or "led to"."""
    before = any(own & _after(sentence, m.end(), _FAR) for m in _GIVES.finditer(sentence))
    return before or any(own & _terms(sentence[: m.start()]) for m in _TAKES.finditer(sentence))


def lost_qualifier(it: Drafted, sentence: str) -> str:
    """Why a draft leaves out "former", "likely" or an "if" that the sentence puts on its words."""
    mine = {w.term for w in words(it.text)}
    for back in _TAKES_BACK.finditer(sentence):
        if re.search(rf"\b{back[0][:6]}", it.text, re.IGNORECASE):
            continue
        if back[0].casefold() in _ROUND and _ANY_ROUND.search(it.text):
            continue
        following = sentence[back.end() :]
        if re.match(r"\s+[a-z]", following) and _next(following, 0) & mine - LIGHT:
            return f"it leaves out “{back[0]}”"
    for unsure in _UNSURE.finditer(sentence):
        if not _TAKES_BACK.search(it.text) and _terms(sentence[: unsure.start()]) & mine - LIGHT:
            return f"it leaves out “{unsure[1]}”"
    if _CONDITIONS.search(it.text):
        return ""
    for condition in _CONDITION.finditer(sentence):
        start = max((m.end() for m in _BREAK.finditer(sentence, 0, condition.start())), default=0)
        held = {w.term for w in words(sentence[start : condition.start()])} - LIGHT
        if not held:  # it stands before what hangs on it
            comma = sentence.find(",", condition.end()) + 1
            stop = _BREAK.search(sentence, comma) if comma else None
            while stop and stop[0] == ",":
                stop = _BREAK.search(sentence, stop.end())
            held = {w.term for w in words(sentence[comma : stop.start() if stop else None])} - LIGHT
            held = held if comma else set()
        inside = {w.term for w in words(sentence) if w.start >= condition.end()} - LIGHT
        outside = {w.term for w in words(sentence) if w.end <= condition.start()} - LIGHT
        if not outside and "," in sentence[condition.end() :]:
            inside -= _terms(sentence[sentence.rindex(",") :])
            if inside & mine and not mine & _terms(sentence[sentence.rindex(",") :]) - LIGHT:
                return f"the article says “{condition[0]}” there"
        if len(held & mine) >= max(2, len(held) / 2):
            return f"it leaves out “{condition[0]} ...”"
    return ""


def time_fault(it: Drafted, sentence: str) -> str:
    """Why a draft puts before, after or since what the sentence does not put there."""
    draft = it.text[slice(*it.body)]
    for mine in _TIME.finditer(draft):
        kind, own = _kind(mine[1]), _next(draft, mine.end())
        if not own & TIMES and not any(term[0].isdigit() for term in own):
            own = _after(draft, mine.end(), 3)
        if not own or (kind == "than" and not re.search(r"\bthan\b(?! \d)", sentence)):
            continue
        if not _placed(kind, own, sentence):
            return f"the article does not say “{mine[1]}” of that"
    return ""


def _placed(kind: str, own: set[str], sentence: str) -> bool:
    """Whether the sentence, too, puts that before, after or since what the draft does."""
    known = [m for m in _TIME.finditer(sentence) if _kind(m[1]) == kind]
    if any(own & _after(sentence, m.end(), _NEAR) for m in known):
        return True
    here = own - {"that"}
    if any(here & _terms(sentence[: m.start()]) for m in known) and not any(
        here - LIGHT <= _terms(sentence[m.end() :]) for m in known
    ):
        return False  # "A came after B" for "B came after A"
    turned = [m for m in _TIME.finditer(sentence) if _kind(m[1]) == _FLIPPED.get(kind)]
    led = any(own & _terms(sentence[: m.start()]) for m in turned)
    if led and not any(own & _after(sentence, m.end(), 2) for m in turned):
        return True  # "B after A" for "A before B"
    if kind == "since":
        return any(not _clash(own, sentence, m.end()) for m in known)
    return not turned and (kind == "during" or (kind == "after" and bool(_THEN.search(sentence))))


def _clash(own: set[str], sentence: str, at: int) -> bool:
    """Whether another day or year stands right after that place."""
    following = re.match(r"\s+(?:[A-Z]\w+|\d+)", sentence[at:])
    return bool(following) and not own & _terms(following[0] if following else "")


def _kind(word: str) -> str:
    return _LIKE.get(word.casefold(), word.casefold())


def _terms(text: str) -> set[str]:
    return {w.term for w in words(text)}


def _term(word: str) -> str:
    return next((w.term for w in words(word)), word.casefold())


def _next(text: str, at: int) -> set[str]:
    return _after(text, at, 1)


def _after(text: str, at: int, count: int) -> set[str]:
    """So many of the words with a meaning that come after a place."""
    return {w.term for w in [w for w in words(text) if w.start >= at][:count]}
