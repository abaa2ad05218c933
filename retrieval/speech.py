"""Words by which news marks who speaks: verbs of speech, bodies, roles of people."""

import re

# Verbs that news gives what is said by; their forms are those of VERB or stand in _IRREGULAR.
_STEMS = (
    "add announc warn caution report describ condemn argu claim confirm insist explain stress pledg "
    "repeat urg accus predict acknowledg declar suggest welcom congratulat prais criticis criticiz "
    "estimat demand advis compar promis vow recall conced complain ask believ regard maintain"
).replace(" ", "|")
_IRREGULAR = (
    r"sa(?:id|ys?|ying)|t(?:old|ells?|elling)|wr(?:ote|ites?|iting)|den(?:ied|ies|y|ying)|"
    r"admit(?:ted|s)?|stat(?:ed|ing)|objected|not(?:ed|es|ing)(?= that)|"
    r"call(?:ed|s|ing)?(?= (?:on|for|the|it|him|her|them|an?|that|this|his|its)\b)"
)
VERB = re.compile(rf"\b(?:{_IRREGULAR}|(?:{_STEMS})(?:e?s|ed?|ing)?)\b(?! by\b)")
# What "he" does not point to: the last word of a body's name.
BODY = re.compile(
    r"(?:ministry|agency|government|council|army|military|company|party|group|union|authority|"
    r"commission|programme|program|nations|academy|bank|office|committee|court|administration|"
    r"authorities|officials|sources|forces|militia|coalition|germany|turkey|russia|france|syria|"
    r"moscow|washington|ankara|damascus|china|britain|nato|nasa)$",
    re.IGNORECASE,
)


ROLE = re.compile(
    r"\b(?:spokes(?:man|woman|person)|minister|president|chief|leader|official|director|mayor)\b"
)
