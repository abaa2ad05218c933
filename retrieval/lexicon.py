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
aid assist; big large huge giant vast; small little tiny; town city; deal accord agreement treaty; total altogether
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
# Words of news in general; some were wanted by group C of the cases.
MORE = """
change alter amend modify correct; surprise unexpected unforeseen; strong powerful; prevent hinder; landing land;
last lasted endure; busy occupy; visit visited; spread; result outcome; suppose supposed mean meant;
begin initiate embark; end complete completed completion; take grab; kill slay slain; fall plunge
tumble plummet slump slip dip; rise soar surge jump; give grant hand provide supply deliver
furnish surrender; leave exit quit; win scoop; meet encountered; build erect assemble; choose
select pick; find uncover spot identify; keep retain preserve; stay linger remaining; back
endorsed; help assistance relief; big enormous massive huge major; town municipality; deal
settlement; fix mend; worry anxious alarm; warn alert; free freed unblock loose liberate; trip
travelling travel; need necessary must; want desire; dollar buck; expect anticipate foresee
predict forecast foreseen; carry haul bear; receive acquire collect; show reveal demonstrate
display suggest; attack strike bombard; wound injury hurt; destroy ruin wipe flatten demolish;
arrive land come; arrest apprehend; ban bar; allow enable; reject rebuff spurn; last previous;
main primary largely mainly mostly; quick swift rapid; money cash finance; shut close; voter
voters electorate poll; accompany accompanied join; additional extra further; initial initially
first; soil territory; phone telephone; intervene intervention; reiterate repeat repeated; worsen
worse deteriorate; advise advised recommend recommended; compare liken; occur happen; accuse blame
allege; pledge promise promised vow; original originally; descend descent; pull tow drag tug; push
shove; collapse crumble; threaten endanger jeopardise; commander commands command; resident
inhabitant; deny refute; acknowledge admit concede; claim assert maintain; stress emphasise
underline; gather collect assemble; gift donate; rich wealthy; poor needy impoverished; contribute
part played; quarrel dispute row; agree consent; award prize; hot temperature heat; deep depth
deepest; distant away far; novelist writer author; song tune; picture snapshot; depict represent
portray; weapon arms; vote ballot; illegal unlawful; police officer; court tribunal; jail prison
imprison; investigate investigation probe inquiry; search hunt; rescue save; survive survivor;
hospital clinic; illness disease sick; flood flooding; fire blaze; quake earthquake tremor; damage
harm; shelter refuge; rain rainfall; wind gust; tall high height; wide width broad; old age aged;
baby infant; woman women; man men; famous renowned celebrated; rare uncommon; usual normal
typical; strange odd unusual; recent lately; current currently present; former previously formerly
once; annual yearly year; monthly month; weekly week; double twice; percent percentage; fewer
less; mistake error; fault failure; effect impact consequence; aim purpose goal; idea proposal
suggest; plan scheme; hide conceal; try attempt; succeed success successful; improve better;
reduce cut lower; raise lift; extend prolong lengthen; tie relation relations; cooperation
cooperate collaborate; ally allied; oppose opposed opposition; protest demonstrate demonstration;
employ hire; dismiss fire sack; employee worker staff; owner owned; earn earned income; trade
commerce; factory plant; forest woodland; pollute pollution; emission emissions; electricity
power; car automobile; rail railway; passenger traveller; tourist visitor; exhibition show; film
movie; concert gig; publish release; newspaper paper; reporter journalist; match game; team side;
defeat beat; fan supporter; king monarch; wed marry marriage wedding; born birth; die demise; bury
burial; mourn mourning grief; pupil student; research study; scientist researcher; orbit circle;
engine motor; internet web online; data information; invent invention; discover discovery;
disappear vanish; theft steal stolen rob; gun firearm; bomb explosive; explode explosion blast;
army military; war conflict; ceasefire truce; refugee migrant; ambassador envoy; coalition
alliance; replace succeed successor; appoint nominate; spokesman spokeswoman spokesperson;
anonymous unnamed; evidence proof; lawyer attorney; fine penalty; fully entirely; talk negotiation
negotiate conversation discussion; law legislation; lorry truck; speech address
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
PASTS = """
became died showed overtook withdrew bore clung crept flung hung leapt shone spun strode swung
tore wound slept ate beat began broke built caught chose came dealt drew drove dug fed fled flew
forbade forgot froze grew heard hid knew lent paid rang rode sang sat sent shook shrank slid
sought spent sprang stood stole stuck swam swept swore taught thought threw understood woke wept
went wrote
"""
# Phrases that stand for one word; the first word of each line is what they are compared by.
PHRASES = r"""
was: st(?:ands?|ood) at|in order(?= to)
America: United States(?: of America)?
UN: United Nations|U\.N\.
EU: European Union|E\.U\.
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
withdraw: pull(?:ed|s|ing)? (?:back|out)
intervene: step(?:ped|s|ping)? in\b
raise: (?:grow(?:s|n|ing)?|grew|br(?:ing|ings|ought|inging)) up
effect: (?:c[ao]m(?:e|es|ing)|enter(?:ed|s|ing)?|entry) into force|t(?:ake|akes|ook|aken|aking) effect
launch: (?:lift|blast)(?:ed|s|ing)?[ -]?off
contribute: play(?:ed|s|ing)? (?:a|its|their|his|her) part
almost: all but(?= [a-z]+ed)
submit: hand(?:ed|s|ing)? in
remain: l(?:ie|ies|ay|ying) ahead
cancel: call(?:ed|s|ing)? off
continue: carr(?:y|ies|ied|ying) on|(?:go|goes|went|going) on(?= to| with)
depart: set(?:s|ting)? (?:off|out)
explode: bl(?:ow|ows|ew|own|owing) up|(?:go|goes|went) off
investigate: look(?:ed|s|ing)? into
away: far away|far off
kilometre: km/h|kph
mile: mph
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
longer heavier taller / lower fewer less smaller shorter lighter; faster / slower; birth born / death died dead; older / newer
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
majority / minority; passenger / freight; wound injure hurt / die kill; same identical / differ different
"""
