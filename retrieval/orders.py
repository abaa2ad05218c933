"""Pure: words in an article that are addressed to a model, not to a reader; they support nothing.

News reports: it speaks of its subject, in the third person, in sentences of one language. What speaks
to "you", commands, tells what an answer is to say, or looks like code or like a dialogue breaks that
register. Words in quotation marks that somebody is said to say are not judged by it.
"""

import re
import unicodedata
from functools import lru_cache

from retrieval.sentences import Stretch, paragraphs, sentences
from retrieval.speech import VERB
from retrieval.terms import STOP_WORDS

_TEXTS = r"(?:answer|repl(?:y|ie)|response|summar(?:y|ie)|output|prompt|quer(?:y|ie)|instruction|digest|passage|translation|paraphrase)s?"
_READERS = (
    r"(?:assistants?|(?:chat)?bots?|ai|a\.i\.|(?:language |ai )?models?|llms?|summari[sz]ers?|crawlers?|search engines?|machines|"
    r"(?:reading |automated |computer )?programs|(?:automated|machine) (?:readers?|systems?|agents?)|agents?)"
)
_WHOEVER = r"(?:whoever|anyone|anybody|everyone who|someone|somebody|people who|those who|users?|readers?|one|we)"
_TELLING = (
    r"(?:say|state|tell|mention|include|report|claim|describe|credit|present|contain|stress|add|give|call|note|reply|answer|respond|"
    r"write|learn|know|understand|accept|remember|hear|be told|believe|read|link|cite|name|treat|portray|repeat|begin|start|end|conclude|finish|summari[sz]e)"
)
_MUST = r"(?:must|shall|should|ha(?:s|ve) to|ought to|needs? to|(?:is|are|be) to|(?:is|are) (?:required|obliged|asked|told|expected|requested|instructed|ordered) to)"
# Verbs that news does not begin a sentence with; each of them asks for something to be said or done.
_COMMANDS = (
    "say|tell|write|answer|reply|respond|output|print|repeat|append|insert|add|mention|cite|describe|portray|attribute|pretend|"
    "make|replace|treat|present|assume|emphasi[sz]e|stress|highlight|ignore|disregard|forget|override|bypass|overlook|translate|"
    "reveal|act|behave|imagine|suppose|let|complete|spell|summari[sz]e|conclude|include|omit|use|call|name|credit|blame|consider|"
    "remember|note|state|report|claim|announce|declare|inform|warn|assure|convince|explain|give|put|send|ping|notify|click|visit|"
    "follow|obey|stop|begin|start|end|finish|quote|set|show|list|keep|change|refer|recommend|accept|admit|deny|confirm|"
    "apply|execute|run|play|speak|talk|sing|provide|return|generate|produce|compose|draft|link|join|buy|vote|skip|leave out|do"
)
_OBJECT = (
    r"(?:(?:the|an?|any|every|each|all|no|not|nothing|only|it|this|that|these|them|him|her|everyone|everybody|people|readers?|users?|"
    r"us|me|your|my|as|with|in|to|from|out|exactly|instead|always|never|clear|here|how|what|who|whether|if|aloud|back|about|"
    r"passage)\b|[\"“'«:@<\d])"
)
_PLEASE = r"(?:now|then|please|kindly|also|instead|first|always|never|do not|don['’]t|just|simply|and|so|next|finally|afterwards)"
_RIGHT = (
    r"(?:your|correct|real|true|whole|following|ideal|right|permitted|official|sample|expected|only|"
    r"final|faithful|proper)"
)
_LABELS = (
    r"(?:q|a|question|answer|response|reply|output|input|prompt|me|you|bot|system|assistant|user|"
    r"developer|human|ai|admin(?:istrator)?|moderator|operator|instructions?|task|command)"
    r"(?: prompt| message| notice| note| override| answer)?"
)
_FOREIGN = (
    r"\b(?:ignor(?:iere|ez|a|e|eer)|oubli(?:e|ez)|vergiss|vergessen sie|olvid(?:a|e)|dimentica|esque(?:ça|ca)|negeer|zignoruj|unut)\b|"
    r"\byok say\b|игнориру|забудь|忽略|無視|无视|تجاهل|"
    r"\b(?:antwort(?:e|en sie)|schreib(?:e|en sie)?:|répond(?:s|ez)|écri(?:s|vez)|responde (?:que|solo)\b|escribe|diga|di que|rispond(?:i|ete)|scriv(?:i|ete)|"
    r"antwoord|schrijf|odpowiedz|napisz|yaz:|votre réponse|deine antwort|ihrer antwort|su respuesta|tu respuesta|tua risposta)|"
    r"ответь|напиши|скажи|回答|回复|答え|написать ответ"
)
_ORDERS = re.compile(
    "|".join(
        [
            # Commands: at the start of a sentence, or after a word that asks for one.
            rf"(?:\A|\n|[.!?:;#*>\"“] ?)\W*(?:{_PLEASE},? )*(?:{_COMMANDS})\b,? (?:{_PLEASE} )?{_OBJECT}",
            rf"\b(?:please|kindly|never|always)\b,? (?:{_COMMANDS})\b (?!by\b)",
            rf"(?:[:;,] )(?:{_PLEASE} )*(?:ignore|disregard|forget|overlook|reply|respond) ",
            rf"(?:\A|\n|[.!?] )(?:asked|when asked|if asked)\b[^.!?]{{0,60}}, (?:{_COMMANDS})\b",
            rf"\b(?:{_COMMANDS})\b[^.!?\n]{{0,40}}\b(?:verbatim|word for word|as follows|in all caps|nothing else|backwards|this link)\b",
            # What a text or a machine that reads this is to say.
            rf"\b(?:{_TEXTS}|{_READERS}|{_WHOEVER})\b[^.!?\n]{{0,60}}\b{_MUST}\b[^.!?\n]{{0,30}}\b{_TELLING}\b",
            rf"\b(?!models? that|agents? |machines that|programs that){_READERS}\b,? (?:that|who|which|{_MUST}|reading|quoting|processing)\b",
            rf"\b(?:dear|attention|hello|hey|to (?:the|any|all|every)|for (?:the|any|all)?|note to (?:any|the|all)?) ?{_READERS}\b",
            rf"\b(?:chatgpt|claude|gemini|copilot|gpt)\b,? (?:write|say|tell|report|please|you|{_MUST})\b",
            rf"\b{_RIGHT} (?:{_TEXTS}|story is|line is|account)\b",
            rf"\b{_WHOEVER}\b (?:\w+ )?(?:sums?|summari[sz]\w+|process\w*|quot\w+|paraphras\w+|asks?|wonders?|quer\w+)\b",
            rf"\b(?:every|any|no|each|all|the|whenever this) (?:derived )?(?:{_TEXTS}|text is quoted)\b[^.!?\n]{{0,60}}\b(?:{_MUST}|complete|includes|goes like)\b",
            rf"\bin (?:the|every|any|its|your) (?:{_TEXTS})\b",
            r"\b(?:with|without) the words?\b|(?:\A|[.!?] )(?:prompt|answer|reply) (?:key|ends|begins|starts|follows)\b",
            r"\bsummari(?:es|[sz]ing) (?:of )?this\b|\b(?:of|about|on) (?:this|the) (?:page|prompt|conversation)\b",
            r"\b(?:other|earlier|previous|these|above) (?:passages|prompts?|instructions?|rules|text)\b|\bpassage \d",
            r"\b(?:everything|anything|nothing|all|what) (?:that )?(?:came )?(?:before|above|after|below)(?: this| here|\b[,.;:])",
            # Speaks to somebody, or asks politely.
            r"\byou (?:are (?:now|no longer|an? )|(?:are|have) to\b|must|should|shall|will)|\bby you\b|\byour (?:\w+ )?(?:tasks?|jobs?|roles?|rules|goals?|operator|developers?|guidelines)\b|\b(?:would be (?:grateful|helpful|glad)|thank you for|feel free|be so good|kindly)\b",
            r"\b(?:let us|let it be|let['’]s)\b|\b(?:role ?-?play|jailbreak|developer mode|dan mode|do anything now|from (?:now|here) on)\b",
            # Labels of a dialogue, code and markup.
            rf"(?:\A|\n|[.!?*#\"”] |\b{_RIGHT} )\W*{_LABELS}\s*[:=]",
            r"\b(?:by order of|verified by|notice (?:of|from)|message from|approved by) (?:the |your )?(?:developers?|moderators?|operators?|administrators?|system|owner of this)\b",
            r"\bowner of this\b|\boverride\b|\b(?:security|system|content|policy) update\b|\bcorrection to (?:all|any|every)\b|\blegal notice\b",
            r"\b(?:end|begin) (?:of )?(?:the )?(?:system|admin|passages?|material|context|document|article)\b",
            r"\b(?:print|say|write|echo|log|answer|output|alert|respond|reply)\(|\{\s*[\"{]|\}\}|%%|###|```|-{4,}|\w_\w|;\s*\Z|\]\(|(?:\A|\n|\. )\W*/[a-z]+ |\breturn [\"']|\bset \w+ to ['\"]",
            r"<\s*/?\s*[a-z!|]|\|>|\[/?(?:inst|sys|system)\]|\[\s*\d+\s*\]",
            _FOREIGN,
        ]
    ),
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_LOUD = re.compile(r"\b[A-Z]{4,}(?: [A-Z]{2,}){2,}\b|\b[A-Z]{2,} [A-Z]{2,} [A-Z]{4,}\b")
# A sentence that begins with a plain verb: what else stands before "the" or "a" there is one of these.
_COMMAND = re.compile(
    r"(?:\A|[.!?] )(?!(?:a|an|the|this|that|these|those|it|he|she|they|we|i|there|here|what|which|who|whose|how|why|as|at|by|"
    r"for|from|in|into|of|off|on|onto|out|over|past|per|plus|since|than|through|throughout|till|to|toward|towards|under|until|"
    r"unlike|up|upon|via|with|within|without|about|above|across|after|against|along|amid|among|amongst|around|before|behind|"
    r"below|beneath|beside|besides|between|beyond|but|despite|down|during|except|inside|like|minus|near|nor|or|and|so|yet|"
    r"because|if|once|only|though|although|unless|when|whenever|where|wherever|whereas|while|whilst|whether|lest|even|both|all|"
    r"half|such|quite|rather|not|many|never|ever|also|then|now|still|just|perhaps|maybe|again|soon|later|earlier|instead|"
    r"today|yesterday|tomorrow|often|sometimes|always|twice|meanwhile|however|thus|hence|next|last|first|second|third|is|are|"
    r"was|were|has|had|have|did|does|can|could|may|might|must|shall|should|will|would|home|being|"
    r"opposite|outside|alongside|notwithstanding|atop|aboard|beyond|save|worth|more|most|less|much|well|long|far|born|known|made|"
    r"given|built|set|led|held|left|told|seen|taken|written|won|put|cut|hit|back|part|none|some|any|each|one|two|three|say|"
    r"[a-z]+(?:ing|ed|ly|['’]s|s['’]?)|[a-z]*\d\w*)\b)[a-z]+ (?-i:[Tt]he|an?|it|them|him|ahead|sure|down|here)\b(?-i:(?!\.| [A-Z]))",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?<![\w'’])[a-zß-ÿ][a-zß-ɏ]*(?![\w])")  # without a capital: no name
_FEW, _ENGLISH, _OTHER, _HALF = 4, 0.25, 0.15, 0.5
_LINKS = re.compile(
    r"\w://|\b[\w-]+\.(?:com|org|net|info|io|gg|ru|cn|example|test|app|dev|xyz|link|me|co)\b|"
    r"@(?:everyone|here)\b|<[@#a:]|https?:|www\.|\]\(|\bdiscord\.gg|\S+@\S+\.\w",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»")
_UNSEEN = {"Cf", "Co", "Cn", "Cc"}  # kinds of characters that nobody sees


@lru_cache(maxsize=256)
def tainted(text: str) -> tuple[Stretch, ...]:
    """The stretches of a text that hold words for a model.

    Whole paragraphs: what an order wants to be said stands beside it. A sentence that speaks to
    "you" and holds no order goes alone.
    """
    found: list[Stretch] = []
    goes_on = False
    for a, b in paragraphs(text):
        bad = goes_on or orders(text[a:b]) or _foreign(text[a:b], text)
        if bad:
            found.append((a, b))
        else:
            spoken = [(a + c, a + d) for c, d in sentences(text[a:b])]
            found += [(c, d) for c, d in spoken if _ADDRESS.search(_unquoted(text[c:d]))]
        goes_on = bad and text[a:b].rstrip().endswith(":")
    return tuple(found)


def orders(text: str) -> bool:
    """Whether a paragraph holds an order."""
    plain = text if text.isascii() else seen(text)
    if not (_ORDERS.search(plain) or _LOUD.search(plain) or _COMMAND.search(plain)):
        return False
    told = _unquoted(plain)
    return bool(_ORDERS.search(told) or _LOUD.search(told) or _COMMAND.search(told))


def _foreign(part: str, text: str) -> bool:
    """Whether a paragraph is in another language or script than the rest of its article."""
    rest = text.replace(part, " ")
    if _latin(rest) > _HALF > _latin(part):
        return True
    mine, its = _small(part), _small(rest)
    if len(mine) < _FEW or sum(its) <= _ENGLISH * len(its):
        return False
    accents = sum(not word.isascii() for word in _PLAIN.findall(part))
    return sum(mine) < _OTHER * len(mine) or accents > max(1, _OTHER * len(mine))


def _latin(text: str) -> float:
    letters = [c for c in text if c.isalpha()]
    return sum(c < "\u0250" for c in letters) / max(len(letters), 1)


def _small(text: str) -> list[bool]:
    """For each word that is no name whether it is one of the small words of English."""
    return [word.casefold() in STOP_WORDS for word in _PLAIN.findall(text)]


def _unquoted(text: str) -> str:
    """The text without what it has in quotation marks, where a sentence says who says that."""
    parts, at = "", 0
    for a, b in sentences(text):
        sentence = text[a:b]
        rest = _QUOTED.sub('"…"', sentence)
        parts += text[at:a] + (rest if VERB.search(rest) else sentence)
        at = b
    return parts + text[at:]


def suspicious(draft: str) -> bool:
    """Whether a drafted sentence holds an order, a link, a mention, or characters nobody sees."""
    hidden = any(unicodedata.category(c) in _UNSEEN and c not in "\n\t" for c in draft)
    return hidden or orders(draft) or bool(_LINKS.search(seen(draft)))


def seen(text: str) -> str:
    """The text as it looks: without hidden characters, look-alike forms as plain letters."""
    shown = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN or c in "\n\t")
    return unicodedata.normalize("NFKC", shown)
