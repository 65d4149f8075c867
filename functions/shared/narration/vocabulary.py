"""The words that a writer may use around claims: words that explain and connect.

A closed list excludes other languages, names, addresses, numbers and nonsense by design. It has no number words, no
comparatives, no words for size, direction or quality, no denials, and no verbs of advice, request or promise. Inflected
forms are listed, because a rule for endings would also accept words that nobody has reviewed.
"""

import re

_FUNCTION_WORDS = """
a about according across after afterwards again all along also although am among an and another any anyone are around
as aside at away be because been before being besides between both but by can could did do does doing done during each
either else even ever every everyone everything finally first for from given had has have having hence her here how
however if in indeed inside instead into is it its itself just later let like likewise may meanwhile might namely
nearby next now of off often on once onto or other others otherwise our ours out outside over overall own per perhaps
rather same similarly simply since so some somebody someone something sometimes somewhere soon still such than that
the their theirs them themselves then there thereby therefore these they this those though through throughout thus to
today together toward towards under underneath until upon us usually was we were what whatever when whenever where
whereas wherever whether which whichever while who whoever whole whom whose why with within would yet you your yours
yourself
"""
_FINANCE = """
account accounts allocation amount amounts annual annually asset assets assumption assumptions balance bill bills bond
bonds budget business businesses cash class classes companies company compound compounding compounds concentration
cost costs crises crisis currencies currency customers date dates deposit deposits diversification diversified
dividend dividends dollar dollars drift drifted drifting drifts economies economy emergencies emergency estimate
estimated estimates expense expenses exposed exposure fee fees file finance finances financial forecast forecasts fund
funds government holding holdings income industries industry inflation interest invest invested investing investment
investments investor investors issuer issuers liquidity managed market markets maturities maturity mix money payment
payments pension pensions percent plan planned planner planning plans point portfolio portfolios price prices proceeds
purchase purchases rate rates rebalance rebalanced rebalancing reserve reserves retire retired retirement retires
retiring return returns risk risks saver savers saving savings sector sectors securities security share shareholder
shareholders shares simulated simulation simulations spending stock stocks target targets tax taxable taxation taxed
taxes test tested tests trade trades trading value values volatility withdrawal withdrawals yield yields
"""
_NOUNS = """
age ages analysis approach approaches area areas aspect aspects background basics basis beginning bet bets blow branch
branches case cases categories category cause causes change changes character choice choices circumstances comparison
comparisons condition conditions connection consequence consequences contents context contribution contributions
countries country course courses daily day days decade decades decision decisions degree description detail details
difference differences distance distribution division effect effects effort element elements end event events example
examples expectation expectations explanation extent fact factor factors facts fashion fashions fate favor feature
features field finding findings fit focus form forms fortune fortunes foundation framework function future futures gap
general goal goals group groups guide guideline guidelines habit history hold home horizon idea ideas illustration
impact importance indication influence information instance item items kind kinds label labels length level levels
life limit limits line lines link list lists location look lot map mark mean meaning means measure measurement
measures member mind minimum model moment moments month months move movement movements name names nature need needs
news note notes number numbers occasion order origin outcome outcomes overlap overlaps overview owner owners ownership
pace page pages part parts path paths patience pattern patterns pause peace people period periods person perspective
picture piece pieces place places plain point position positions practice present principle principles process product
products profile progress proportion purpose purposes quality quantity question questions range ranges reason reasons
record records recoveries recovery reference relation relationship reminder report reports resources respect response
rest result results review ride role roles rule rules scale scenario scenarios section sections sense sentence
sentences series services set setting shape shapes side sidelines sides sight situation situations source sources
space split spread stage stages stake stand start state statement statements step steps story stress structure
structures style subject sum summary support surprise surprises system systems table tables term terms theme thing
things thought thoughts thumb time times title top topic topics total totals trend trends trouble type types use uses
variety view views way ways week weeks weight weights whole window wish wishes word words work works world yardstick
year yearly years
"""
_VERBS = """
accompanies accompany account accounting achieve added adding addition adds adjust adjusted adjusts affect affected
affects agree agrees allow allowed allows answer answers applied applies apply arise arises arranged ask asked asks
assume assumed assumes based become becomes began begin begins behave behaves belong belonged belongs bring brings
broken build builds built calculate calculated came capture captures carried carries carry changed charge charged
charges choose chooses chose chosen combine combined combines come comes coming compare compared compares complete
completed comprises concern concerns connect connected connects consider considered considering consist consists
contain contained contains continue continues contribute contributes count counted counting counts cover covers create
created creates deal deals decide decided decides deduct deducted define defined defines depend depended dependent
depending depends derive derived describe described describes determine determined determines develop developed
develops differ differs discuss discussed distribute distributed distributes divide divided divides draw drawn draws
drive driven drives earn earned earns ends enter entered exist existed exists expect expected explain explained
explaining explains extend extends face faces fail fails feel feels felt find finds fluctuate fluctuates focuses
follow followed following follows formed forms found gave generate generated generates get gets give gives giving go
goes going gone got grouped grouping happen happened happening happens heading held help helpful helps highlight
highlights holds illustrate illustrates imagine include included includes including indicate indicates influenced
influences involve involved involves keep keeping keeps kept knew know knowing known knows lead leads learn leave
leaves leaving led lets lie lies linked links listed live lives look looked looking looks made make makes making
matter matters meant measured measuring mentioned merge merges met moves moving named noted noting occur occurs offers
opened opening originates overlapping overlook owned owning owns paid passed passes pay paying pays placed placing
plays point prepare prepared present presented presents produce produced produces provide provided provides pursue put
putting ran reach reached reaches react reacts read reading reflect reflected reflects regarded relate related relates
relies rely remain remained remains remember replayed represent represented represents respond responds rest resting
restore restores rests reveal reveals said sat saw say saying says see seeing seen serve serves sets share shared
sharing shift shifts show showed showing shown shows sit sits soften softens spend spends spent splits spreading
spreads stand standing stands started starting starts stated states stay stays stem stems stumbles summarize
summarizes support supports take taken takes taking talk tell tells tend tends think thinking tie tied ties told took
trace track translated translates treat treated turn turned turning turns understand understanding understood used
using varies vary viewed views wait waits want wanted wants went wonder working written
"""
_QUALIFIERS = """
accordingly actual actually additional against alike apart available brief briefly broad broadly calm calmly carefully
certain clear clearly closely common commonly comparable complete completely consistent currently deliberate different
differently difficult direct directly distinct easily easy effectively enough entire entirely equal equally especially
essentially exact exactly existing familiar famous far frequently fully further generally gradually hand helpful
hidden human idle immediately important independent independently individual initial initially interesting involved
known largely long main mainly mixed mostly mutual natural naturally necessarily normal normally numerical obvious
obviously ordinary original particular particularly partly past plain plainly possible practical precisely previous
previously primarily quickly quietly ready real recent recently regular regularly related relative relatively relevant
respective respectively several short shortly similar simple single slowly specific specifically standard straight
subject suddenly together typical typically underlying useful usual various visible well worth
"""

VOCABULARY = frozenset(
    word for words in (_FUNCTION_WORDS, _FINANCE, _NOUNS, _VERBS, _QUALIFIERS) for word in words.split()
)

#: Phrases that are accepted although they contain a word that is not.
_IDIOMS = (
    "above all|among the few|natural to hope|among many|many times|many possible|only many|most people",
    "between the two|(?:add|adds|adding|added|open|opened|pile|piles|show|shows) up|ups and downs|up or down",
    "comes? down to|(?:look|looking|looked|came|come|way) back|back in line|ahead of time|in advance|rather than",
    "other than|how (?:much|many)|as (?:much|many) as|this much weight|much as it was|only (?:part of|so much)",
    "(?:takes?|took) no part|no (?:forecast|tax)|none of them|do nothing|nothing about the funds changes",
    "never (?:shows?|see)(?: up)?|can no longer earn|cannot compound|easy to miss|what could go wrong|bad year",
    "since you last looked|the last (?:report|analysis)|(?:whether|how long) the money lasts",
    "(?:plan|question|reason) behind|behind (?:it|(?:that|this) amount|the names)|the future (?:will|may) differ",
    "falls? out of favor|loses? ground to inflation|carried forward|stay the course|play a part|both play",
    "between stocks and bonds|in the long run|taxes out of it|right now|a little every day",
    "the (?:selling|buying) side|where selling|the trades below",
)
IDIOMS = re.compile(rf"\b(?:{'|'.join(_IDIOMS)})\b", re.IGNORECASE)
_COMMANDS = """
accept add agree allow answer apply ask assume become begin bring build calculate change choose come complete
connect continue create decide depend describe develop do earn enter expect explain follow get give go have hold
invest keep know lead learn leave live make move offer open pay place plan prepare present produce provide pursue
put reach read rebalance receive rely remain represent require rest retire run save say share show spend split
spread stand stay take talk tell trade treat trust turn use want work
"""
_COMMAND = rf"(?:{'|'.join(_COMMANDS.split())})"
_ADVERBS = r"(?:(?:now|then|so|just|first|finally|also|always|perhaps|next|simply),?\s+)*"
#: A command at the start of a sentence or a clause, or another form of recommendation.
ADVICE = re.compile(
    rf"(?:(?:^|[.;:?]\s+)(?:and\s+)?|(?:,\s+|\x00)\W*){_ADVERBS}{_COMMAND}\b"
    r"(?!\s+(?:and|or|of|that|is|was|by|differently|plainly|simply|to\s+the|in\s+(?:dollars|numbers|place|total))\b)"
    r"|\b(?:(?<!what )(?<!whether )(?<!how )you\s+(?:can|could|might|need|have\s+to|had|want\s+to|may\s+(?!have))"
    rf"|(?:important|time|necessary|reasonable|ready)\s+to\s+{_COMMAND}"
    rf"|(?:answer|choice|decision|idea|plan|step|thing|way)\s+is\s+to\s+{_COMMAND}"
    r"|worth\s+(?!noting|knowing)\w+ing)\b",
    re.IGNORECASE,
)
PROMISE = re.compile(
    r"\b(?:returns?\s+(?:is|are)|(?:expected|known)\s+to|in\s+any\s+case|every\s+year|depends?\s+on\s+us)\b",
    re.IGNORECASE,
)
#: A statement about the reader's own money, which only a claim may make.
STATEMENT = re.compile(
    r"\byour\s+(?:own\s+)?(?:accounts?|funds?|holdings|income|money|name|pension|plan|portfolio|savings|shares?)\s+(?:\w+\s+){0,3}?"
    r"(?:is|are|was|were|has|have|had|did|does|works?|worked|depends?|returns?|pays?|changes?|changed|goes|went)\b",
    re.IGNORECASE,
)
