"""Closed lists of words: synonyms, phrases that stand for a word, opposites, lands. Pure data.

A word stands in one group alone, and only where exchanging it does not change what a sentence of news
claims. A regular form needs no place of its own where the stemmer brings it to another of its group.
"""

# Forms that the stemmer does not bring together, and words that news uses for the same.
GROUPS = """
begin began begun start launch commence; end ended finish conclude; stop cease halt; take took
taken capture seize; kill killed die died death deaths dead fatality fatalities perish; fall fell
fallen drop dropped decline sink sank sunk slid; rise rose risen increase grow grew grown climb;
give gave given; go went gone; come came; send sent dispatch; leave left depart; lose lost; win
won award awarded earn; lead led spearhead; meet met encounter; strike struck hit; shoot shot;
build built construction construct; hold held; choose chose chosen choice decision decide opt;
bring brought; make made; find found discover detect; become became; run ran operate operated;
keep kept; write wrote written; stay remain stayed; back support backed favour favor endorse; help
aid assist; big large huge giant vast; small little tiny; town city; deal accord agreement treaty
pact; outcome result; probe spacecraft craft; ship vessel; fix repair repaired; postpone delayed
delay; troops soldiers soldier; worry worried concern concerned fear; warn caution; free release
refloat; journey voyage trip; need require; want wish; way path; many numerous; dollar dollars;
kilometre kilometer km; metre meter; centimetre centimeter cm; hour hourly; day daily; centre
center; programme program; expect due planned plan schedule; target goal; country countries
nation; carry carried transport; resign quit; receive got get obtain; buy bought purchase; sell
sold; own belong; connect link join joined; withdraw withdrew withdrawn withdrawal retreat; toward
towards; aim direct; name call known title; describe regard consider deem; urge appeal; show
showed shown indicate; storm hurricane cyclone; attack assault raid; operation campaign offensive;
wound injure hurt; destroy devastate wreck; arrive reach; arrest detain; ban forbid prohibit
outlaw; allow permit let; accept approve; reject refuse turndown; head bound; pass flew fly flown
travel; cope face; measure length long; freight goods cargo; world global worldwide; road highway;
house home; picture photograph photo image; doctor physician; child children; area region; rock
stone; firm company business; chairman chair; job work; money fund cash; poll survey; plane
aircraft aeroplane airplane; rebel insurgent; border frontier; fight fought combat; speak spoke
spoken; last final; exact precise; main chief principal; nearly almost; quick fast rapid; enough
sufficient; problem difficulty; cost price; protect safeguard; examine inspect; honour honor;
criticise criticize; praise laud; answer reply response; ask request; likely probable; often
frequent; attend participate
"""
# Irregular forms of verbs that stand in no group above.
IRREGULAR = """
sleep slept; beat beaten; bear bore borne; bend bent; bind bound; bite bit bitten; bleed bled;
blow blew blown; break broke broken; breed bred; burn burnt; burst; catch caught; cling clung;
creep crept; deal dealt; dig dug; draw drew drawn; dream dreamt; drink drank drunk; drive drove
driven; eat ate eaten; feed fed; feel felt; flee fled; forbid forbade forbidden; forget forgot
forgotten; forgive forgave forgiven; freeze froze frozen; hang hung; hear heard; hide hid hidden;
know knew known; lay laid; lean leant; leap leapt; learn learnt; lend lent; lie lay lain; light
lit; mean meant; pay paid; ring rang rung; ride rode ridden; see saw seen; seek sought; shake
shook shaken; shine shone; shrink shrank shrunk; sing sang sung; sit sat; slide slid; spend spent;
spill spilt; spin spun; split; spread; spring sprang sprung; stand stood; steal stole stolen;
stick stuck; swear swore sworn; sweep swept; swim swam swum; swing swung; teach taught; tear tore
torn; think thought; throw threw thrown; understand understood; wake woke woken; wear wore worn;
weep wept
"""
# Those of them that are verbs wherever they stand.
PASTS = [
    "slept",
    "ate",
    "beat",
    "began",
    "broke",
    "built",
    "caught",
    "chose",
    "came",
    "dealt",
    "drew",
    "drove",
    "dug",
    "fed",
    "fled",
    "flew",
    "forbade",
    "forgot",
    "froze",
    "grew",
    "heard",
    "hid",
    "knew",
    "lent",
    "paid",
    "rang",
    "rode",
    "sang",
    "sat",
    "sent",
    "shook",
    "shrank",
    "slid",
    "sought",
    "spent",
    "sprang",
    "stood",
    "stole",
    "stuck",
    "swam",
    "swept",
    "swore",
    "taught",
    "thought",
    "threw",
    "understood",
    "woke",
    "wept",
    "went",
    "wrote",
]
# Phrases that stand for one word; the first word of each line is what they are compared by.
PHRASES = r"""
was: st(?:ands?|ood) at|in order(?= to)
America: United States(?: of America)?
Britain: United Kingdom
percent: per cent
return: (?:go(?:es|ing|ne)?|went|c[ao]me) back
resign: st(?:ep|ood|and|epp)(?:ed|s|ing)? down
die: (?:lost|los(?:e|es|ing)) (?:their|his|her|its) (?:lives|life)
postpone: put(?:s|ting)? (?:off|back)
reject: turn(?:ed|s|ing)? down
abandon: g(?:a|i)ve(?:s|n)? up
rise: (?:go(?:es|ne|ing)?|went) up
fall: (?:go(?:es|ne|ing)?|went|came) down(?! on\b)
head: (?:on|was on) (?:its|their|his|her) way
participate: t(?:ake|akes|ook|aken|aking) part
happen: t(?:ake|akes|ook|aken|aking) place
conduct: carr(?:y|ies|ied|ying) out
urge: call(?:ed|s|ing)? (?:on|upon)\b
demand: call(?:ed|s|ing)? for\b
establish: set(?:s|ting)? up
exclude: rul(?:e|es|ed|ing) out
increase: (?:went|go(?:es)?) higher
landfall: ma(?:de|ke|kes|king) landfall|c(?:a|o)me(?:s)? ashore
toward: in the direction of
become: turn(?:ed|s|ing)? into
"""
# A land, its adjective and its people; after the stroke the capital, which stands for the government.
LANDS = """
Syria Syrian Syrians / Damascus; Russia Russian Russians / Moscow Kremlin; Turkey Turkish Turks /
Ankara; America American Americans US USA / Washington; Germany German Germans / Berlin; France
French / Paris; Britain British UK / London; Italy Italian Italians / Rome; Switzerland Swiss /
Bern; Egypt Egyptian Egyptians / Cairo; China Chinese / Beijing; Japan Japanese / Tokyo; India
Indian Indians / Delhi; Haiti Haitian Haitians; Colombia Colombian Colombians / Bogota; Iran
Iranian Iranians / Tehran; Iraq Iraqi Iraqis / Baghdad; Israel Israeli Israelis / Jerusalem; Spain
Spanish / Madrid; Ukraine Ukrainian Ukrainians / Kyiv Kiev; Poland Polish / Warsaw; Greece Greek
Greeks / Athens; Europe European Europeans; Kurd Kurds Kurdish; Scotland Scottish Scots;
Netherlands Dutch / Hague; Sweden Swedish Swedes / Stockholm; Norway Norwegian Norwegians / Oslo;
Denmark Danish Danes / Copenhagen; Canada Canadian Canadians / Ottawa; Mexico Mexican Mexicans;
Brazil Brazilian Brazilians / Brasilia; Australia Australian Australians / Canberra; Korea Korean
Koreans / Seoul; Pakistan Pakistani Pakistanis / Islamabad; Afghanistan Afghan Afghans / Kabul;
Austria Austrian Austrians / Vienna; Belgium Belgian Belgians; Ireland Irish / Dublin; Portugal
Portuguese / Lisbon; Cuba Cuban Cubans / Havana; Venezuela Venezuelan Venezuelans / Caracas; Wales
Welsh
"""
# Words that cannot both be true of a thing: one of each side.
OPPOSITES = """
reject refuse oppose condemn denounce deny criticise / accept support approve welcome praise agree
confirm; rise increase grow gain raise climb / fall decline shrink decrease lower reduce cut; win
/ lose; leave withdraw / stay join enter arrive; open / close shut; higher more larger bigger
longer heavier taller / lower fewer less smaller shorter lighter; faster / slower; older / newer
younger; earlier / later; first / last; early / late; north northern / south southern; east
eastern / west western; begin / end; stop / begin resume continue start; allow permit / ban forbid
prohibit; succeed success / fail failure; safe / dangerous unsafe; enough sufficient /
insufficient; largest biggest most highest longest / smallest least lowest shortest; best / worst;
oldest / newest youngest; arrest detain / release; guilty / innocent; convict / acquit; alive
survive / dead die kill; buy / sell; hire / dismiss sack; import / export; increase / decrease;
strengthen / weaken; improve / worsen; legal / illegal; possible / impossible; likely / unlikely;
major / minor; public / private; rich / poor; strong / weak; full complete / empty incomplete;
male men man / female women woman; day daytime / night; morning / evening afternoon; attack /
defend; remember / forget; include / exclude; push / pull; appear / disappear; ally / enemy;
majority / minority; passenger / freight
"""
