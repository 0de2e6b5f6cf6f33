"""Find what a sentence says of its motions: advice, or that they are carried out.

It matches a skeleton (`mentions.py`), where a motion is one sign. Precision comes before recall:
denied, conditional, asked, doubted or quoted verdicts do not count.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from harvester.source.domain import Advice
from spiders.netherlands.reading.mentions import MENTION_SIGN

Verdict: TypeAlias = Advice | Literal["carried out", "being carried out"]

_M = f"(?P<m>{MENTION_SIGN})"
_WE = (
    r"(?:ik|wij|we|het\s+kabinet|de\s+regering"
    r"|de\s+(?:minister|staatssecretaris)(?:\s+(?:van|voor)\s+\w+)?)"
)
_WORDS = r"ontra|oordeel\s+(?:aan|kamer|van)|overgenomen|ontijdig|overbodig|afgedaan|uitgevoerd"
_SUBORDINATE = (
    r"die|dat|waarin|waarmee|waarbij|waardoor|wat(?!\s+mij\b)|vraagt|vragen|verzoekt"
    r"|verzoeken|roept|roepen|stelt|beoogt|constateert|leidt|leiden|betekent|of|om\s+te|opdat|omdat|want|maar|terwijl"
)
_PREDICATE = (
    r"(?:wordt|worden|werd|werden|krijgt|krijgen|ontra\w+|geef|geeft|geven|laat|laten|acht|vind"
    r"|beschouw\w*|is|zijn|kan|kunnen|moet|moeten|neem|neemt|verzoek|voer|doe|daarom|dus|dan)"
)
_GAP = (
    rf"(?:(?!{_WORDS}|\b(?:{_SUBORDINATE}|waarna|en(?!\s+{_PREDICATE}\b))\b"
    rf"|,(?!\s+{_PREDICATE}\b))[^\ue000-\uefff.;:?!|]){{0,200}}?"
)
"""Words between a motion and its verdict that do not change the subject."""
_FEW = rf"(?:(?!{_WORDS}|(?:en|{_SUBORDINATE})\b)[\w’]+,?\s+){{0,5}}?"
_ADVERBS = (
    r"(?:(?:hiermee|daarmee|hierbij|inmiddels|dus|dan|ook|daarom|volledig|geheel|reeds|al|nu|wel"
    r"|derhalve|intussen|eveneens|tevens|helaas|naar\s+mijn\s+(?:mening|oordeel)|op\s+dit\s+moment"
    r"|wat\s+mij\s+betreft|wat\s+het\s+kabinet\s+betreft|in\s+(?:het\s+debat|\d{4}|deze\s+vorm)"
    r"|met\s+(?:het|dit|dat|deze|die|de)(?:\s+\w+)?|door\s+(?:mij|het\s+kabinet))\s+){0,4}?"
)
_END = r"(?=\s*(?:[.,;:)]|$|\b(?:en|omdat|want|aangezien|door|met|zoals|op|in|daar)\b))"
_NO_OBJECT = (
    r"(?!\s+(?:het|een|dat|dit|deze|de|u|uw|elke?|iedere?|alle(?!\s+(?:twee|drie|vier|vijf)\b))\b)"
)
_ADOPTING = r"(?:(?:het\s+)?(?:aannemen|aanvaarden)\s+van\s+)?"
_TO_HOUSE = (
    r"(?:(?:het\s+)?oordeel\s+(?:aan\s+(?:de\s+|uw\s+)?)?kamer\b"
    r"|aan\s+het\s+oordeel\s+(?:van|aan)\s+(?:de|uw)\s+kamer\b)"
)
_ASK = (
    rf"(?:\bverzoek(?:t|en)?\s+{_WE}|\b{_WE}\s+verzoek(?:t|en)?\b|\b(?:wil|willen)\s+{_WE}\b"
    rf"(?=.*\bverzoeken\b)|\b(?:wordt|worden|zijn|is)\s+verzocht\b|\bvraa?g(?:t|en)?\s+{_WE})"
)
_HOLD = r"\b(?:aan\s+te\s+houden|om\s+aanhouding|te\s+verzoeken\s+aan\s+te\s+houden)\b"
_DEEM = (
    r"\b(?:acht|achten|vind|vindt|vinden|noem|noemt|noemen|beschouw|beschouwt|beschouwen|beoordeel)"
)
_DONE = (
    r"(?:als\s+)?(?:(?:hiermee|daarmee|hierbij|volledig|inmiddels)\s+)*"
    r"(?:afgedaan|uitgevoerd|afgehandeld)\b"
)
_REQUEST_IN = r"(?:het\s+verzoek\s+(?:in|van|uit)\s+)?"
_EFFECT = r"(?:uitvoering|gevolg|invulling)"
_WITH_THIS = r"\b(?:hiermee|daarmee|hierbij|met\s+deze\s+brief)\b"


def _deemed(word: str) -> tuple[str, ...]:
    """Return the patterns of calling a motion something."""
    return (
        rf"{_DEEM}\s+{_WE}\s+{_FEW}{_M}{_GAP}\b{word}\b",
        rf"\b{_WE}\s+{_DEEM}\s+{_FEW}{_M}{_GAP}\b{word}\b",
        rf"{_M}{_GAP}{_DEEM}\s+{_WE}\s+{_FEW}{word}\b",
        rf"{_M}{_GAP}\b(?:is|zijn|wordt|worden)\s+{_ADVERBS}{word}\b(?!\s+\w+e\b)",
        rf"\b(?:is|zijn)\s+{_ADVERBS}{_M}{_GAP}\b{word}\b",
        rf"{_M}{_GAP}\b(?:krijgt|krijgen|geef)\b{_GAP}\b{word}\b",
    )


_FRAMES: tuple[tuple[Verdict, tuple[str, ...]], ...] = (
    (
        "against",
        (
            rf"\bontraa(?:d|dt)\s+{_WE}\s+{_FEW}{_ADOPTING}{_M}",
            rf"\b{_WE}\s+ontra(?:ad|adt|den)\s+{_FEW}{_ADOPTING}{_M}",
            rf"{_M}{_GAP}\bontraa(?:d|dt)\s+{_WE}\b{_NO_OBJECT}",
            rf"{_M}{_GAP}\b(?:wordt|worden|werd|werden|is|zijn)\s+{_ADVERBS}ontraden\b(?!\s+door)",
            rf"\b(?:wordt|worden|werd|werden|is|zijn)\s+{_ADVERBS}{_M}{_GAP}\bontraden\b(?!\s+door)",
            rf"\b{_WE}\s+{_FEW}{_ADOPTING}{_M}\s+{_FEW}(?:te\s+)?ontraden\b",
            rf"{_M}{_GAP}\b\w+\s+{_WE}\s+{_ADVERBS}(?:te\s+)?ontraden\b",
            rf"{_M}{_GAP}\b(?:krijgt|krijgen|geef|geeft|geven|als)\b{_GAP}\bontraden\b",
        ),
    ),
    (
        "left to the House",
        (
            rf"{_M}(?=.*\b(?:geef|geeft|geven|gegeven|krijgt|krijgen|laat|laten|gelaten"
            rf"|overgelaten|is|zijn|appreci\w+)\b|.*:){_GAP}\b{_TO_HOUSE}",
            rf"\b(?:geef|geeft|geven|laat|laten)\b.{{0,40}}{_M}{_GAP}{_TO_HOUSE}",
            rf"\blaat\s+(?:{_WE}\s+)?(?:het\s+)?oordeel\s+over\s+{_M}\s+(?:over\s+)?aan\s+(?:de|uw)\s+kamer",
            rf"\boordeel\s+over\s+{_M}{_GAP}\blaat\s+{_WE}\s+(?:over\s+)?aan\s+(?:de|uw)\s+kamer",
            rf"\b(?:geef|geeft|geven)\s+(?:{_WE}\s+)?{_TO_HOUSE}\s+(?:aan|over|voor|op)\s+{_M}",
            rf"\b(?:geef|geeft|geven)\s+{_WE}\s+(?:aan|over|voor)\s+{_M}\s+{_TO_HOUSE}",
        ),
    ),
    (
        "for",
        (
            rf"\bnee?m(?:t|en)?\s+{_WE}\s+{_FEW}{_M}{_GAP}\bover{_END}",
            rf"\b{_WE}\s+nee?m(?:t|en)?\s+{_FEW}{_M}{_GAP}\bover{_END}",
            rf"{_M}{_GAP}\bnee?m(?:t|en)?\s+{_WE}\s+{_FEW}over{_END}",
            rf"{_M}{_GAP}\b(?:wordt|worden|is|zijn)\s+{_ADVERBS}overgenomen\b(?!\s+door\s+(?!{_WE}\b))",
            rf"\b{_WE}\s+{_FEW}{_M}{_GAP}\bovernemen\b",
            rf"{_M}{_GAP}\b{_WE}\s+{_FEW}overnemen\b",
        ),
    ),
    (
        "hold",
        (
            rf"{_ASK}[^\ue000-\uefff.;:?!]{{0,120}}{_M}{_GAP}{_HOLD}",
            rf"{_M}{_GAP}{_ASK}[^\ue000-\uefff.;:?!]{{0,120}}?{_HOLD}",
            rf"{_ASK}\s+{_FEW}om\s+aanhouding\s+van\s+{_M}",
        ),
    ),
    ("premature", _deemed("ontijdig")),
    ("superfluous", _deemed("overbodig")),
    (
        "carried out",
        (
            rf"\bbeschouw\w*\s+(?:{_WE}\s+)?{_FEW}{_M}{_GAP}{_DONE}",
            rf"{_M}{_GAP}\bbeschouw\w*\s+{_WE}\s+{_FEW}{_DONE}",
            rf"{_M}{_GAP}\b(?:is|zijn)\s+{_ADVERBS}{_DONE}",
            rf"\b(?:is|zijn|heb|hebben|heeft)\s+(?:{_WE}\s+)?{_ADVERBS}{_M}{_GAP}\b{_DONE}",
            rf"{_M}{_GAP}\b(?:heb|hebben|heeft)\s+{_WE}\s+{_ADVERBS}{_DONE}",
            rf"{_WITH_THIS}.{{0,60}}\b(?:wordt|worden)\s+{_ADVERBS}{_M}{_GAP}{_DONE}",
            rf"{_M}{_GAP}\b(?:wordt|worden)\s+{_ADVERBS}{_WITH_THIS}\s+{_ADVERBS}{_DONE}",
            rf"\bdoe(?:t|n)?\s+{_WE}\s+{_FEW}{_M}{_GAP}\baf{_END}",
            rf"\b{_WE}\s+doe(?:t|n)?\s+{_FEW}{_M}{_GAP}\baf{_END}",
            rf"{_M}{_GAP}\bdoe(?:t|n)?\s+{_WE}\s+{_FEW}af{_END}",
            rf"\b{_EFFECT}\s+gegeven\s+aan\s+{_REQUEST_IN}{_M}",
            rf"\baan\s+{_REQUEST_IN}{_M}{_GAP}(?:{_EFFECT}\s+gegeven|voldaan)\b",
            rf"\bvoldaan\s+aan\s+{_REQUEST_IN}{_M}",
        ),
    ),
    (
        "being carried out",
        (
            rf"\bvoer(?:t|en)?\s+{_WE}\s+{_FEW}{_M}{_GAP}\buit{_END}",
            rf"\b{_WE}\s+voer(?:t|en)?\s+{_FEW}{_M}{_GAP}\buit{_END}",
            rf"{_M}{_GAP}\bvoer(?:t|en)?\s+{_WE}\s+{_FEW}uit{_END}",
            rf"\b(?:geef|geeft|geven)\s+{_WE}\s+{_FEW}{_EFFECT}\s+aan\s+{_M}",
            rf"\b{_WE}\s+(?:geef|geeft|geven)\s+{_FEW}{_EFFECT}\s+aan\s+{_M}",
            rf"\baan\s+{_M}{_GAP}\b(?:geef|geeft|geven)\s+{_WE}\s+{_FEW}{_EFFECT}\b",
            rf"{_M}{_GAP}\b(?:wordt|worden)\s+{_ADVERBS}uitgevoerd\b(?!\s+door\s+(?!{_WE}\b|het\b|te\b|middel\b))",
        ),
    ),
)
_LABELS: tuple[tuple[Verdict, str], ...] = (
    ("against", r"ontraden"),
    ("left to the House", r"oordeel\s+(?:aan\s+(?:de\s+|uw\s+)?)?kamer"),
    ("for", r"overgenomen|overnemen"),
    (
        "hold",
        r"(?:verzo(?:ek|cht)\s+(?:\w+\s+){0,3})?(?:aan\s+te\s+houden|om\s+aanhouding|tot\s+aanhouding)|aanhouden",
    ),
    ("premature", r"ontijdig"),
    ("superfluous", r"overbodig"),
    ("carried out", r"(?:is\s+)?(?:uitgevoerd|afgedaan)"),
)
_JUDGEMENT = r"(?:oordeel|advies|appreciatie|kabinetsappreciatie|kabinetsreactie|standpunt)"
_LABEL_END = r"(?=\s*(?:[.,;:|]|$))"

_found = [
    (verdict, [re.compile(frame, re.IGNORECASE) for frame in frames]) for verdict, frames in _FRAMES
]


def _labelling(label: str) -> list["re.Pattern[str]"]:
    """Return the patterns of a verdict after a motion without a verb."""
    ways = (
        rf"^\W*{_M}[^\ue000-\uefff:|?!]{{0,150}}?(?:\|[^\ue000-\uefff:|?!]{{0,150}}?){{1,4}}\|\s*",
        rf"{_M}[^\ue000-\uefff:|?!]{{0,150}}?(?:[:|–—]|\s-)\s*(?:{_JUDGEMENT}\s*:?\s*)?",
        rf"\b{_JUDGEMENT}\b[^\ue000-\uefff.;:]{{0,60}}{_M}[^\ue000-\uefff.;:]{{0,40}}?"
        r"(?:\b(?:is|luidt)|:)\s*:?\s*",
        rf"{_M}{_GAP}\b{_JUDGEMENT}\s*:?\s*",
    )
    return [re.compile(f"{way}(?:{label}){_LABEL_END}", re.IGNORECASE) for way in ways]


_labelled = [(verdict, _labelling(label)) for verdict, label in _LABELS]
_BEFORE_LABEL = (
    rf"\W{{0,4}}(?:(?:daarmee|dus|dan\s+ook|die\s+is|dat\s+is|dat\s+wordt)\s+)?"
    rf"(?:(?:het|mijn|ons|de)\s+)?(?:{_JUDGEMENT}\b"
    r"(?:\s+(?:van\s+)?(?:het\s+kabinet|is|luidt|over\s+deze\s+motie))*\s*[:|–-]?\s*)?"
)
_alone = [
    (verdict, re.compile(f"{_BEFORE_LABEL}(?:{label}){_LABEL_END}", re.IGNORECASE))
    for verdict, label in _LABELS
]
_has_motion = re.compile(MENTION_SIGN).search
_speaks = re.compile(
    r"ontra|oordeel|neem|overgenomen|overnemen|houd|ontijdig|overbodig|afgedaan|uitgevoerd"
    r"|afgehandeld|\baf\b|\buit\b|uitvoering|gevolg|invulling|voldaan",
    re.IGNORECASE,
).search

_SUBJECT = (
    rf"(?:(?:{_WE}|de|deze|het|er|u|uw|dat|dit|zij|ze|die|daar|indieners?|men)\b|{MENTION_SIGN})"
)
_OTHERS = (
    r"(?:indieners?|lid|leden|heer|mevrouw|uw\s+kamer|de\s+kamer|fracties?|vng|raad\s+van\s+state"
    r"|gemeenten?|provincies?|commissie|oppositie|organisaties|partijen|sector|voorzitter)"
)
_HOLD_THAT = (
    r"(?:stel(?:t|len|de)|zeg(?:t|gen)|vind(?:t|en)|vond(?:en)?|me(?:ent|nen)|acht(?:en|te)?"
    r"|noem(?:t|en|de)|verzoek(?:t|en)|(?<!wordt\s)(?<!worden\s)(?<!zijn\s)verzocht(?:en)?"
    r"|vraagt|vragen|vroeg(?:en)?|schrijft|schreef|betoogt|betogen|beschouw\w*|heeft|hebben"
    r"|ontraadt|ontraden|wil|willen|zal|zullen)"
)
_unsaid = re.compile(
    rf"""\?\W*$
      | \b(?:mocht|mochten|gesteld\s+dat|voor\s+zover)\b
      | ^\W*(?:als|wanneer)\b(?!\s+(?:gezegd|aangegeven|reactie|eerste|laatste|tweede|volgt))
      | \b(?:als|wanneer|zodra)\s+{_SUBJECT}
      | \b(?:behalve|uitzondering|behoudens|uitgezonderd|dictum|dicta)\b
      | \b(?:eerste|tweede|derde|laatste)\s+(?:deel|verzoek|onderdeel|punt)\b
      | ^\W*(?:verzoekt|constaterende|overwegende|van\s+mening|roept|spreekt
          |gehoord\s+de\s+beraadslaging)\b
      | \b(?:verzoek\w*|vraag\w*|vragen|wens\w*|oproep\w*|bewerkstellig\w*|zorg\w*|voorkom\w*
          |hoop|hopen|verwacht\w*|voorstel\w*|toegezegd)\b[^.;]*?\bdat\b
      | \b(?:had|hadden|hoewel|ondanks|ofschoon|destijds|toenmalige?|ambtsvoorganger\w*
          |voorganger\w*|aldus|vorige?\s+kabinet)\b
      | \b(?:volgens|naar\s+de\s+mening\s+van|in\s+de\s+ogen\s+van)\s+(?!mij\b|het\s+kabinet\b)
      | \b{_OTHERS}\b[^,.;:]{{0,60}}?\b{_HOLD_THAT}\b
        (?!\s+(?:{_WE}|om|de\s+motie|deze\s+motie|\ue000)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_condition = re.compile(
    r"\b(?:indien|mits|tenzij|(?:op|onder)\s+(?:de\s+|één\s+|die\s+)?voorwaarde(?:\s+dat)?)\b[^,.;:?!]*",
    re.IGNORECASE,
)
_MAY_DEPEND = frozenset({"for", "against", "left to the House"})
_weakened = re.compile(
    rf"""\b(?:niet|geen|noch|nooit|evenmin|nauwelijks|allerminst|zou|zouden|of|overweeg\w*
       |overwogen|geneigd|voornemens|wellicht|mogelijk|misschien|pas|alleen|slechts|uitsluitend
       |deels|gedeeltelijk|grotendeels|ten\s+dele|bijna|half|onvolledig|onvoldoende|nog\s+steeds
       |ten\s+onrechte|anders(?!\s+dan)|in\s+dat\s+geval|zo\s+niet|anderszins|zonder|eventueel
       |door\s+(?!mij\b|ons\b|{_WE}\b|middel\b|het\b|de\s+volgende\b|deze\b|in\b|te\b))\b""",
    re.VERBOSE | re.IGNORECASE,
)
_intended = re.compile(
    r"\b(?:hoe|wijze|waarop|wanneer|zal|zullen|kan|kunnen|moet|moeten|wil|willen|om|beoog\w*"
    r"|eerste|begin|nadere|verdere|streef\w*|binnenkort|zodra|nadat|totdat|voordat)\b",
    re.IGNORECASE,
)
_clause_end = re.compile(
    r"[,;:|]|\s[–—-]\s|\b(?:en|maar|want|omdat|aangezien|doordat|zodat|terwijl|doch|nu|gelet"
    r"|gezien|vanwege)\b",
    re.IGNORECASE,
)
_next_predicate = re.compile(
    r"\ben\s+(?=(?:wordt|worden|krijgt|krijgen|ontraa\w+|geef|laat|acht|beschouw\w*)\b)",
    re.IGNORECASE,
)


_politely = re.compile(
    rf"\b(?:(?P<we>{_WE})\s+zou(?:den)?|zou(?:den)?\s+(?P<we_after>{_WE}))\b"
    r"(?=[^.;?!]*\bwillen\b)(?![^.;?!]*\b(?:anders|liever)\b)",
    re.IGNORECASE,
)
_willing = re.compile(r"\s\bwillen\b", re.IGNORECASE)
_nothing_else = re.compile(r"\bniets?\s+anders\s+dan\s+", re.IGNORECASE)
_these = re.compile(
    rf"(?P<m>{MENTION_SIGN})\s*[:,]\s*(?:die|deze|ze|alle|allemaal)"
    rf"(?:\s+(?:twee|drie|vier|vijf|zes))?\s+(?={_PREDICATE}\b)",
    re.IGNORECASE,
)


class Finding(NamedTuple):
    """A verdict, and the sign of its motion; None if it stands alone."""

    verdict: Verdict
    sign: str | None
    is_conditional: bool = False


def find_verdicts(text: str) -> list[Finding]:
    """Return the verdicts in the skeleton of a sentence, each with its motion."""
    if not _speaks(text):
        return []
    text = _plainly(text)
    found = list(_of_motions(text) if _has_motion(text) else _standing_alone(text))
    if not found or _unsaid.search(_condition.sub(" ", text)):
        return []
    return _without_contradictions(list(dict.fromkeys(found)))


def _politely_said(match: "re.Match[str]") -> str:
    return f"{match['we']} wil" if match["we"] else f"wil {match['we_after']}"


def _plainly(text: str) -> str:
    """Simplify polite and collective phrases: `die drie ontraad ik`."""
    if _politely.search(text):
        text = _willing.sub("", _politely.sub(_politely_said, text))
    text = _nothing_else.sub("", text)
    return _these.sub(lambda match: match["m"] + " ", text)


def _of_motions(text: str) -> Iterator[Finding]:
    conditions = [match.span() for match in _condition.finditer(text)]
    is_conditional = bool(conditions)
    for verdict, frames in (*_found, *_labelled):
        if is_conditional and verdict not in _MAY_DEPEND:
            continue
        for frame in frames:
            for match in frame.finditer(text):
                if any(start < match.end() <= end for start, end in conditions):
                    continue  # it is the condition that says so
                if _is_said(text, match, verdict):
                    yield Finding(verdict, match["m"], is_conditional)


def _standing_alone(text: str) -> Iterator[Finding]:
    for verdict, label in _alone:
        match = label.match(text)
        if match and not _weakened.search(text[: _end_of_clause(text, match.end())]):
            yield Finding(verdict, None)


def _is_said(text: str, match: "re.Match[str]", verdict: Verdict) -> bool:
    """Tell whether the clause of a match asserts it."""
    starts = [m.end() for m in _clause_end.finditer(text, 0, match.start())]
    starts += [m.end() for m in _next_predicate.finditer(text, *match.span())]
    start = max(starts, default=0)
    clause = text[start : _end_of_clause(text, match.end())]
    if _weakened.search(clause):
        return False
    return verdict not in ("carried out", "being carried out") or not _intended.search(clause)


def _end_of_clause(text: str, at: int) -> int:
    match = _clause_end.search(text, at)
    return match.start() if match else len(text)


def _without_contradictions(found: list[Finding]) -> list[Finding]:
    """Drop contradictory verdicts on a motion, since neither is certain.

    Being carried out and a judgement may both hold, as may a judgement with its reason: `ontraden`
    because `overbodig`.
    """
    said: dict[str | None, set[Verdict]] = {}
    for finding in found:
        said.setdefault(finding.sign, set()).add(finding.verdict)
    kept = []
    for finding in found:
        verdicts = said[finding.sign] & {"for", "against", "left to the House"}
        if finding.verdict not in verdicts or len(verdicts) == 1:
            kept.append(finding)
    return kept
