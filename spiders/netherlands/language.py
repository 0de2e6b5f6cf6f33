"""Dutch words: lemmas, irregular forms, and filler words of questions."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

import simplemma

from harvester.search.folding import fold
from harvester.source.language import DateWords, Language

# Where the dictionary is wrong for papers of a parliament, or joins a noun with a verb that most
# papers mean otherwise. A line lists the forms of one word, its lemma first.
_IRREGULAR = """
boer boeren
lid leden
lijden lijd lijdt leed geleden
patient patienten patiente
werknemer werknemers werkneemster werkneemsters
werkgever werkgevers werkgeefster werkgeefsters
regio regios
risico risicos
kosten kost
verzoeken verzoek verzoekt verzocht verzochten
oproepen roept oproept roepen riep opgeroepen
onderzoeken onderzoek onderzoekt onderzocht onderzochten
zorgen zorgt zorgde zorgden gezorgd
zorg
stellen stelt stelde stelden gesteld
banken
bank
kernen
kern
raden raadt geraden
raad
stad steden
schip schepen
kind kinderen
ei eieren
lied liederen
gelid gelederen
wolf wolven
leraar leraren leraars lerares leraressen
huis huizen
prijs prijzen
wijziging wijzigingen
geven geeft gaf gaven gegeven
nemen neemt nam namen genomen
krijgen krijgt kreeg kregen gekregen
doen doet deed deden gedaan
gaan gaat ging gingen gegaan
komen komt kwam kwamen gekomen
brengen brengt bracht brachten gebracht
kopen koopt kocht kochten gekocht
zoeken zoekt zocht zochten gezocht
denken denkt dacht dachten gedacht
vinden vindt vond vonden gevonden
binden bindt bond bonden gebonden
houden houdt hield hielden gehouden
laten laat liet lieten gelaten
staan stond stonden gestaan
zien ziet zag zagen gezien
schrijven schrijft schreef schreven geschreven
blijven blijft bleef bleven gebleven
stijgen stijgt steeg stegen gestegen
dalen daalt daalde daalden gedaald
sluiten sluit sloot sloten gesloten
besluiten besloot besloten
helpen helpt hielp hielpen geholpen
treffen treft trof troffen getroffen
trekken trekt trok trokken getrokken
spreken spreekt sprak spraken gesproken
breken breekt brak braken gebroken
steken steekt stak staken gestoken
lezen leest las lazen gelezen
bieden biedt bood boden geboden
verbieden verbiedt verbood verboden
verliezen verliest verloor verloren
kiezen kiest koos kozen gekozen
vliegen vliegt vloog vlogen gevlogen
hebben heeft had hadden gehad
worden wordt werd werden geworden
zijn is was waren geweest
kunnen kan kon konden gekund
moeten moet moest moesten
zullen zal zou zouden
mogen mag mocht mochten
weten weet wist wisten geweten
lopen loopt liep liepen gelopen
slapen slaapt sliep sliepen geslapen
vallen valt viel vielen gevallen
werpen werpt wierp wierpen geworpen
sterven sterft stierf stierven gestorven
weg wegen
afspraak afspraken
voorstel voorstellen voorstelt voorgesteld voorgestelde
leren leert leerde leerden geleerd
leer
jong jonge jongere jongeren
"""

_FILLERS = """
aan al alle als bij dat de der deze die dit door een en er gestemd graag had heb hebben heeft
hem het hoe hun ik in is je kan komt kunnen laatste maar me meer met mij mijn moet na naar
niet nog nu of om ook op over recente stemde stemden stemt stemmen te tegen toen tot uit van
vind vinden voor waar waarom wanneer waren was wat we welk welke werd werden wie wij wil
willen worden wordt zich zij zijn zo zoek zoeken zou gaan gaat geven geef iets zijn haar
gezegd zei zegt vindt besloten aangenomen verworpen ingediend motie moties brief brieven
kamerbrief kamerbrieven kamerstuk kamerstukken partij fractie fracties kamer kabinet
"""
_VOTES = "stem stemde stemden stemt stemmen gestemd stemgedrag stemming"
_KINDS = {"motion": "motie moties", "letter": "brief brieven kamerbrief kamerbrieven"}
_OUTCOMES = {"adopted": "aangenomen", "rejected": "verworpen", "held": "aangehouden"}
_MEANINGS = {
    word: (field, value)
    for field, values in (("kind", _KINDS), ("outcome", _OUTCOMES))
    for value, words in values.items()
    for word in words.split()
}
_FIELDS = {
    "nummer": "number", "titel": "title", "onderwerp": "subject", "mensen": "people",
    "personen": "people", "tekst": "text", "soort": "kind", "uitkomst": "outcome",
    "advies": "advice", "partij": "party", "fractie": "party", "ministerie": "ministry",
    "kamer": "chamber", "jaar": "year", "vanaf": "since", "tot": "until", "op": "on",
}  # fmt: skip

# Readers of a Dutch parliament type dates in Dutch and in English: the site speaks both.
_MONTHS = (
    "januari jan january", "februari feb february", "maart mrt march mar", "april apr", "mei may",
    "juni jun june", "juli jul july", "augustus aug august", "september sep sept", "oktober okt oct"
    " october", "november nov", "december dec",
)  # fmt: skip
_SPANS = {
    ("day", 0): "vandaag, today",
    ("day", 1): "gisteren, yesterday",
    ("day", 2): "eergisteren",
    ("week", 0): "deze week, this week",
    ("week", 1): "vorige week, last week",
    ("days", 7): "afgelopen week, past week, afgelopen 7 dagen",
    ("month", 0): "deze maand, this month",
    ("month", 1): "vorige maand, last month",
    ("days", 31): "afgelopen maand, past month",
    ("year", 0): "dit jaar, this year",
    ("year", 1): "vorig jaar, last year",
    ("days", 365): "afgelopen jaar, past year",
}
_DATES = DateWords(
    {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()},
    {phrase: span for span, phrases in _SPANS.items() for phrase in phrases.split(", ")},
)
_SEPARABLE = (
    "aan", "achter", "af", "bij", "door", "in", "mee", "na", "om", "onder", "op", "over", "samen",
    "tegen", "terug", "toe", "uit", "vast", "voor", "weg",
)  # fmt: skip
"""Parts before which a participle has its `ge`: opgelost."""
_LONGEST = 60


def _families() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    lemmas: dict[str, str] = {}
    forms: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for line in _IRREGULAR.split("\n"):
        family = line.split()
        for word in family:
            lemmas[word] = family[0]
        if family:
            forms[family[0]] += tuple(family)
    return lemmas, dict(forms)


_LEMMAS, _FORMS = _families()


@lru_cache(maxsize=200_000)
def lemma(word: str) -> str:
    """Return the lemma of a Dutch word.

    A list of irregular words goes before the dictionary. Words of the dictionary that are each
    other's lemma (`boer`, `boeren`) get the lemma of their lemma until nothing changes.
    """
    if word in _LEMMAS:
        return _LEMMAS[word]
    if len(word) > _LONGEST or not word.isalpha():
        return word
    for head in sorted(_SEPARABLE, key=len, reverse=True):
        rest = word.removeprefix(head)
        if rest != word and rest in _LEMMAS and len(rest) > 4:
            return head + _LEMMAS[rest]
    # It writes verbs that come apart with a mark: op_lossen.
    found = fold(simplemma.lemmatize(word, lang="nl")).replace("_", "")
    if found == word and not simplemma.is_known(word, lang="nl"):
        return _of_compound(word)
    return _LEMMAS.get(found, found)


def _of_compound(word: str) -> str:
    """Return the lemma of a compound that the dictionary lacks: its last part is inflected."""
    for at in range(3, len(word) - 3):
        head, tail = word[:at], word[at:]
        heads = {head, head.removesuffix("s"), head.removesuffix("en"), head.removesuffix("e")}
        is_word = any(len(part) > 2 and simplemma.is_known(part, lang="nl") for part in heads)
        if is_word and (tail in _LEMMAS or simplemma.is_known(tail, lang="nl")):
            return head + lemma(tail)
    return word


def irregular(word: str) -> tuple[str, ...]:
    """Return every form of an irregular word, or of a separable verb made from one."""
    known = lemma(word)
    if known in _FORMS:
        return _FORMS[known]
    for head in _SEPARABLE:
        rest = known.removeprefix(head)
        if rest != known and rest in _FORMS:
            return tuple(head + form for form in _FORMS[rest])
    return ()


def beginnings(word: str) -> Iterator[str]:
    """Yield the beginnings of the participles of a verb, or of the verb of a participle."""
    if word.startswith("ge") and len(word) > 5:
        yield word[2:5]
    elif len(word) > 4:
        yield f"ge{word[:3]}"
    for head in _SEPARABLE:
        rest = word.removeprefix(head)
        if rest != word and len(rest) > 3:
            yield head + (rest[2:5] if rest.startswith("ge") else f"ge{rest[:3]}")


DUTCH = Language(
    lemma=lemma,
    irregular=irregular,
    beginnings=beginnings,
    links=("", "s", "en", "e", "n"),
    fillers=frozenset(_FILLERS.split()),
    votes=frozenset(_VOTES.split()),
    meanings=_MEANINGS,
    dates=_DATES,
    fields=_FIELDS,
)
"""Dutch, as the parliament's papers use it."""
