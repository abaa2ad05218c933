"""Pure: words in an article that are addressed to a model, not to a reader; they support nothing."""

import re
import unicodedata

from retrieval.sentences import Stretch, paragraphs

# How such words are put. One of them taints its paragraph, and the next where it ends with a colon.
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,60}\b(?:above|previous|prior|earlier|"
    r"instructions?|prompts?|rules|passages?|everything|context|guidelines|safety)\b|"
    r"(?:\A|\n|[.!?*#] )\W*(?:system|assistant|user|developer|human|ai|admin)"
    r"(?: prompt| message| note| override)?: |"
    r"\byou are (?:now|no longer|an? (?:ai|assistant|model|bot|helpful))\b|"
    r"\byour (?:new|only|real|next|final) (?:instructions?|task|job|role|rules|answer|reply|output)\b|"
    r"\b(?:your|new|updated|real|hidden|secret) (?:system )?(?:instructions?|prompt)\b|"
    r"\b(?:respond|reply|answer|output|print|say|write|repeat|append|insert|add|conclude|finish|end|"
    r"begin|start)\b[^.!?\n]{0,40}(?:\b(?:exactly|verbatim|word for word|as follows|the following|"
    r"this link|your (?:answer|reply|response)|the user|in all caps|nothing else)\b)|"
    r"(?:\A|\n|[.!?:;] |\band |\bplease |\bmust |\bshould |\bto )"
    r"(?:respond|reply|answer|output|print|say|write|repeat|append|insert|add|tell (?:the |every)?"
    r"(?:user|reader|person|one)s?|ping|mention|cite)\b[^.!?\n]{0,50}(?::|\bonly\b|\binstead\b|"
    r"@|\bpassage \d|\beveryone\b|\bwith the (?:words?|sentence|text)\b|\bthat the answer\b)|"
    # Reports speak of their subject, not to "you", of answers and passages, or to a program.
    r"\b(?:chatgpt|claude|gemini|copilot)\b,? (?:write|say|tell|report|please|you)|"
    r"\b(?:the|this|that|dear|any|every) (?:ai|assistant|model|summari[sz]er|bot)(?:'s output)?\b,?"
    r" (?:that|who|which|should|must|shall|will|is to|has to|the editors|reading)\b|"
    r"\b(?:your|correct|real|true|whole|following) (?:answer|summary|reply|response|story is)\b|"
    r"\bwhen (?:asked|you|someone asks)\b|\bin your\b|\b(?:nothing|everything|anything|all) "
    r"(?:before|above|after|below) (?:this|here)?|\b(?:other|earlier|previous|these) passages\b|"
    r"\bpassage \d|-{4,}|\bby you\b|\byour operator\b|\byou (?:must|should|will|shall|are to|have to)\b|"
    # News does not begin a sentence with such a verb.
    r"(?:\A|\n|[.!?:;#*>\"] ?)\W*(?:now,? |please |then |instead,? )?(?:respond|reply|answer|output|"
    r"print|say|write|repeat|append|insert|add|state that|translate|reveal|pretend)\b(?! to\b|,? he\b|,? she\b)|"
    r"\b(?:please|now) (?:respond|reply|answer|output|print|say|write|repeat|append|insert|add|state that)\b|"
    r"\binstructions? (?:for|to) (?:you|your|the (?:model|assistant))\b|###|"
    r"\bas an? (?:ai|language model|assistant|llm)\b|\b(?:language model|llm|chatbot)s?\b|"
    r"\b(?:jailbreak|developer mode|dan mode|do anything now|begin (?:system|admin)|end of (?:the )?"
    r"(?:passages?|material|context|document))\b|"
    r"<\s*/?\s*(?:passage|system|user|assistant|instructions?|script|div|span|p|a|img)\b|<!--|"
    r"<\||\|>|\[/?(?:inst|system)\]|```|\{\{|\[\s*\d+\s*\]",
    re.IGNORECASE,
)
_LINKS = re.compile(
    r"\w://|\b[\w-]+\.(?:com|org|net|info|io|gg|ru|cn|example|test|app|dev|xyz|link|me|co)\b|"
    r"@(?:everyone|here)\b|<[@#a:]|https?:|www\.|\]\(|\bdiscord\.gg|\S+@\S+\.\w",
    re.IGNORECASE,
)
_UNSEEN = {"Cf", "Co", "Cn", "Cc"}  # kinds of characters that nobody sees


def tainted(text: str) -> list[Stretch]:
    """The stretches of a text that hold words for a model.

    Whole paragraphs: what an order wants to be said stands beside it.
    """
    found: list[Stretch] = []
    goes_on = False
    for a, b in paragraphs(text):
        part = text[a:b]
        bad = goes_on or bool(_ORDERS.search(part if part.isascii() else seen(part)))
        if bad:
            found.append((a, b))
        goes_on = bad and part.rstrip().endswith(":")
    return found


def suspicious(draft: str) -> bool:
    """Whether a drafted sentence holds an order, a link, a mention, or characters nobody sees."""
    hidden = any(unicodedata.category(c) in _UNSEEN and c not in "\n\t" for c in draft)
    plain = seen(draft)
    return hidden or bool(_ORDERS.search(plain) or _LINKS.search(plain))


def seen(text: str) -> str:
    """The text as it looks: without hidden characters, look-alike forms as plain letters."""
    shown = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN or c in "\n\t")
    return unicodedata.normalize("NFKC", shown)
