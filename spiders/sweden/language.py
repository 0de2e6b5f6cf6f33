"""Swedish words: lemmas, irregular forms, and filler words of questions."""

from collections import defaultdict
from functools import lru_cache
from itertools import combinations, product

import simplemma

from harvester.search.folding import fold
from harvester.source.language import DateWords, Language

# A line lists the forms of one word, its lemma first. They are folded, as searched words are.
_IRREGULAR = """
ga gar gick gatt ga
sta star stod statt
fa far fick fatt
ge ger gav gett givit
ta tar tog tagit
vara ar var varit
ha har hade haft
gora gor gjorde gjort
saga sager sade sagt
bli blir blev blivit
se ser sag sett
hus husen huset husens
barn barnen barnet barns barnens
man mannen man mannens mans
kvinna kvinnor kvinnan kvinnorna kvinnors
stad stader staden staderna
land lander landet landerna
bok bocker boken bockerna
skola skolor skolan skolorna skolans skolors
motion motioner motionen motionerna motionens motionernas
forslag forslaget forslagen forslagens
yrkande yrkanden yrkandet yrkandena
betankande betankanden betankandet betankandena
utskott utskottet utskotten utskottens utskottets
skrivelse skrivelser skrivelsen skrivelserna
regering regeringen regeringens regeringar
lag lagar lagen lagarna lagens lagars
atgard atgarder atgarden atgarderna atgardens
fyr fyrar fyren fyrarna fyrs
hamn hamnar hamnen hamnarna hamnens
"""
_FILLERS = """
alla att av de dem den det dess detta denna du efter eller en er ett for fran ha han har hon hur i
inte ja jag kan man med men mot nar nu och om oss pa sa sig sin som till under upp ut vad var vara
vem vi vid vilka vilken vilket ar motion motioner skrivelse skrivelser betankande betankanden
parti partiet rostade rostar rosta rost avslag bifall riksdagen regeringen
"""
_VOTES = "rosta rostade rostar rostat rost roster rostning omrostning"
_KINDS = {
    "motion": "motion motioner", "letter": "skrivelse skrivelser brev",
    "report": "betankande betankanden utlatande",
}  # fmt: skip
_OUTCOMES = {"adopted": "bifall bifallen bifallna", "rejected": "avslag avslagen avslagna"}
_MEANINGS = {
    word: (field, value)
    for field, meant in (("kind", _KINDS), ("outcome", _OUTCOMES))
    for value, words in meant.items()
    for word in words.split()
}
_FIELDS = {
    "nummer": "number", "titel": "title", "amne": "subject", "personer": "people",
    "text": "text", "typ": "kind", "utfall": "outcome", "parti": "party", "ar": "year",
    "fran": "since", "till": "until",
}  # fmt: skip
_MONTHS = (
    "januari jan january", "februari feb february", "mars mar march", "april apr", "maj may",
    "juni jun june", "juli jul july", "augusti aug august", "september sep sept",
    "oktober okt oct october", "november nov", "december dec",
)  # fmt: skip
_SPANS = {
    ("day", 0): "idag, i dag, today",
    ("day", 1): "igar, i gar, yesterday",
    ("week", 0): "denna vecka, this week",
    ("week", 1): "forra veckan, last week",
    ("days", 7): "senaste veckan, past week",
    ("month", 0): "denna manad, this month",
    ("month", 1): "forra manaden, last month",
    ("days", 31): "senaste manaden, past month",
    ("year", 0): "i ar, this year",
    ("year", 1): "forra aret, i fjol, last year",
    ("days", 365): "senaste aret, past year",
}
_DATES = DateWords(
    {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()},
    {phrase: span for span, phrases in _SPANS.items() for phrase in phrases.split(", ")},
)
_LONGEST = 60
_MARKED = {"a": "åä", "o": "ö"}
"""What folding makes of these letters."""
_MOST_MARKS = 8
"""Letters of a word that are tried, two of them at a time."""


def _families() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    lemmas: dict[str, str] = {}
    forms: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for line in _IRREGULAR.strip().split("\n"):
        family = tuple(dict.fromkeys(line.split()))
        for word in family:
            lemmas.setdefault(word, family[0])
        forms[family[0]] = family
    return lemmas, dict(forms)


_LEMMAS, _FORMS = _families()


@lru_cache(maxsize=200_000)
def lemma(word: str) -> str:
    """Return the lemma of a folded Swedish word: a list of irregular ones, then the dictionary."""
    if word in _LEMMAS:
        return _LEMMAS[word]
    if len(word) > _LONGEST or not word.isalpha():
        return word
    found = fold(simplemma.lemmatize(_spelled(word), lang="sv"))
    return _LEMMAS.get(found, found)


def _spelled(word: str) -> str:
    """Return a folded word with the marks that the dictionary writes: `foretagen`, `företagen`."""
    if simplemma.is_known(word, lang="sv"):
        return word
    places = [at for at, letter in enumerate(word) if letter in _MARKED][:_MOST_MARKS]
    for count in (1, 2):
        for chosen in combinations(places, count):
            for letters in product(*(_MARKED[word[at]] for at in chosen)):
                spelled = list(word)
                for at, letter in zip(chosen, letters, strict=True):
                    spelled[at] = letter
                if simplemma.is_known("".join(spelled), lang="sv"):
                    return "".join(spelled)
    return word


def irregular(word: str) -> tuple[str, ...]:
    """Return every form of a word whose forms begin differently."""
    return _FORMS.get(lemma(word), ())


SWEDISH = Language(
    lemma=lemma,
    irregular=irregular,
    links=("", "s"),
    fillers=frozenset(_FILLERS.split()),
    votes=frozenset(_VOTES.split()),
    meanings=_MEANINGS,
    dates=_DATES,
    fields=_FIELDS,
)
"""Swedish, as the Riksdag's papers use it."""
