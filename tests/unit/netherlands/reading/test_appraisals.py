"""What letters say of motions: every verdict has its sentence, and what is not said is not said."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.netherlands.reading.appraisals import find_appraisals
from spiders.netherlands.reading.links import link_references, merge_references
from spiders.netherlands.reading.references import find_references

HOUSE = "left to the House"
DONE = "carried out"
DOING = "being carried out"

SAID: dict[str, Sequence[tuple[str, str]]] = {
    # One motion, one sentence.
    "Ik ontraad de motie van het lid Vos (36 410, nr. 5).": [("5", "against")],
    "De motie van het lid Vos (36 410, nr. 5) ontraad ik.": [("5", "against")],
    "De motie-Vos c.s. (Kamerstuk 36 410, nr. 5) wordt ontraden.": [("5", "against")],
    "Het kabinet ontraadt daarom de motie-Vos/De Wit (36 410, nr. 5).": [("5", "against")],
    "Wij ontraden de gewijzigde motie van de leden Vos en Bos (36 410, nr. 5).": [("5", "against")],
    "Om die reden wordt de motie-Vos (36 410, nr. 5) ontraden.": [("5", "against")],
    "Ik moet de motie van het lid Vos (36 410, nr. 5) helaas ontraden.": [("5", "against")],
    "De motie (36 410, nr. 5) is niet uitvoerbaar en duur, daarom ontraad ik haar.": [
        ("5", "against")
    ],
    "De motie van het lid Vos over het sluiten van loketten (36 410, nr. 5) wordt ontraden, omdat "
    "zij niet uitvoerbaar is.": [("5", "against")],
    "De motie van het lid Vos, die verzoekt om niet te bezuinigen (36 410, nr. 5), ontraad ik.": [
        ("5", "against")
    ],
    "Ik ontraad het aannemen van de motie-Vos (36 410, nr. 5).": [("5", "against")],
    "De motie op stuk nr. 5 (36 410) wordt ontraden.": [("5", "against")],
    "Ik geef de motie-Vos (36 410, nr. 5) oordeel Kamer.": [("5", HOUSE)],
    "De motie-Vos (36 410, nr. 5) krijgt oordeel Kamer.": [("5", HOUSE)],
    "De motie-Vos (36 410, nr. 5) krijgt het oordeel «oordeel Kamer».": [("5", HOUSE)],
    "De motie-Vos (36 410, nr. 5) laat ik aan het oordeel van de Kamer.": [("5", HOUSE)],
    "Ik laat het oordeel over de motie-Vos (36 410, nr. 5) aan uw Kamer.": [("5", HOUSE)],
    "Met die uitleg kan ik de motie-Vos (36 410, nr. 5) oordeel Kamer geven.": [("5", HOUSE)],
    "De motie-Vos (36 410, nr. 5) neem ik graag over.": [("5", "for")],
    "Ik neem de motie-Vos over de wachttijden (36 410, nr. 5) over.": [("5", "for")],
    "De motie-Vos (36 410, nr. 5) wordt overgenomen.": [("5", "for")],
    "Ik verzoek het lid Vos de motie (36 410, nr. 5) aan te houden.": [("5", "hold")],
    "De indieners wordt verzocht de motie (36 410, nr. 5) aan te houden.": [("5", "hold")],
    "Ik verzoek om aanhouding van de motie-Vos (36 410, nr. 5).": [("5", "hold")],
    "De motie-Vos (36 410, nr. 5) acht ik ontijdig.": [("5", "premature")],
    "Het kabinet vindt de motie-Vos (36 410, nr. 5) ontijdig.": [("5", "premature")],
    "De motie-Vos (36 410, nr. 5) is overbodig.": [("5", "superfluous")],
    "Met deze brief beschouw ik de motie-Vos (36 410, nr. 5) als afgedaan.": [("5", DONE)],
    "Met deze brief doe ik de motie-Vos (36 410, nr. 5) af.": [("5", DONE)],
    "De motie-Vos (36 410, nr. 5) is hiermee uitgevoerd.": [("5", DONE)],
    "Hiermee is aan de motie-Vos (36 410, nr. 5) voldaan.": [("5", DONE)],
    "Daarmee is uitvoering gegeven aan de motie-Vos (36 410, nr. 5).": [("5", DONE)],
    "Hiermee is voldaan aan het verzoek in de motie-Vos (36 410, nr. 5).": [("5", DONE)],
    "De motie-Vos (36 410, nr. 5) voer ik uit.": [("5", DOING)],
    "Met het programma geef ik uitvoering aan de motie-Vos (36 410, nr. 5).": [("5", DOING)],
    "Ten aanzien van de motie-Vos (36 410, nr. 5) is mijn advies: ontraden.": [("5", "against")],
    "De appreciatie van de motie-Vos (36 410, nr. 5) is oordeel Kamer.": [("5", HOUSE)],
    "De motie-Vos (36 410, nr. 5) is niet uitvoerbaar en wordt daarom ontraden.": [
        ("5", "against")
    ],
    "Als gezegd ontraad ik de motie-Vos (36 410, nr. 5).": [("5", "against")],
    "De motie-Vos (36 410, nr. 5) heb ik in het debat ontraden.": [("5", "against")],
    "De motie-Vos (36 410, nr. 5) wordt uitgevoerd door het opzetten van een loket.": [
        ("5", DOING)
    ],
    "De indiener van de motie-Vos (36 410, nr. 5) verzoek ik deze aan te houden.": [("5", "hold")],
    "De motie-Vos (36 410, nr. 5) verzoek ik aan te houden, anders ontraad ik haar.": [
        ("5", "hold")
    ],
    "Het oordeel over de motie-Vos (36 410, nr. 5) laat ik aan de Kamer.": [("5", HOUSE)],
    "Ik geef deze motie (36 410, nr. 5) daarom «oordeel Kamer».": [("5", HOUSE)],
    "Ik beschouw deze motie als afgedaan (Kamerstuk 36 410, nr. 5).": [("5", DONE)],
    "De motie-Vos (36 410, nr. 8, voorheen 36 410, nr. 5) krijgt oordeel Kamer.": [("8", HOUSE)],
    # Several motions.
    "Hiermee beschouw ik de moties van de leden Vos (36 410, nr. 5), Bos (36 410, nr. 6) en De Wit "
    "(36 410, nr. 7) als afgedaan.": [("5", DONE), ("6", DONE), ("7", DONE)],
    "De motie-Vos (36 410, nr. 5) en de motie-Bos (36 410, nr. 6) zijn ingediend. De motie-Bos "
    "ontraad ik.": [("6", "against")],
    "Er zijn moties ingediend (36 410, nrs. 5 en 6). Deze moties ontraad ik.": [
        ("5", "against"),
        ("6", "against"),
    ],
    "De moties op nrs. 47 en 48 (36 410) ontraad ik.": [("47", "against"), ("48", "against")],
    "De moties-Vos (36 410, nr. 5) en -Bos (36 410, nr. 6) worden ontraden.": [
        ("5", "against"),
        ("6", "against"),
    ],
    "De motie-Vos (36 410, nr. 5) en de motie-Bos (36 410, nr. 6) worden ontraden.": [
        ("5", "against"),
        ("6", "against"),
    ],
    "De motie-Vos (36 410, nr. 5) ontraad ik en de motie-Bos (36 410, nr. 6) krijgt oordeel "
    "Kamer.": [("5", "against"), ("6", HOUSE)],
    "Ik ontraad de motie-Vos (36 410, nr. 5) en laat de motie-Bos (36 410, nr. 6) aan het oordeel "
    "van de Kamer.": [("5", "against"), ("6", HOUSE)],
    "Anders dan de motie-Vos (36 410, nr. 5) ontraad ik de motie-Bos (36 410, nr. 6).": [
        ("6", "against")
    ],
    "In lijn met de motie-Vos (36 410, nr. 5) geef ik de motie-Bos (36 410, nr. 6) oordeel "
    "Kamer.": [("6", HOUSE)],
    "De motie-Vos (36 410, nr. 5) en de motie-Bos (36 410, nr. 6) gaan over belasting. Beide "
    "moties worden ontraden.": [("5", "against"), ("6", "against")],
    "Zie Kamerstuk 36 410, nr. 5 en nr. 6.\n\nDe motie op nr. 5 ontraad ik. De motie op nr. 6 is "
    "overbodig.": [("5", "against"), ("6", "superfluous")],
    "De motie-Vos (36 410, nr. 5) is overbodig. De motie-Bos (36 410, nr. 6) ontraad ik.": [
        ("5", "superfluous"),
        ("6", "against"),
    ],
    # The verdict follows in the next sentence, or below a heading.
    "De motie-Vos (36 410, nr. 5) vraagt om loketten. Deze motie ontraad ik.": [("5", "against")],
    "De motie-Vos (36 410, nr. 5) vraagt om loketten. Ontraden.": [("5", "against")],
    "De motie-Vos (36 410, nr. 5) vraagt om loketten. Ik geef haar oordeel Kamer.": [("5", HOUSE)],
    "Motie-Vos over loketten (36 410, nr. 5)\n\nDe motie verzoekt om loketten. Ik ontraad de "
    "motie.": [("5", "against")],
    "Motie van het lid Vos (36 410, nr. 5)\n\nHet kabinet werkt hieraan.\n\nOordeel: ontijdig.\n\n"
    "Motie van het lid Bos (36 410, nr. 6)\n\nDeze motie laat ik aan het oordeel van de Kamer.": [
        ("5", "premature"),
        ("6", HOUSE),
    ],
    "De motie-Vos (36 410, nr. 5) vraagt om loketten.\n\nDeze motie ontraad ik.": [
        ("5", "against")
    ],
    "Met deze wijziging beschouw ik de motie van Vos en Bos als afgedaan.\n\n13 Kamerstuk 36 410, "
    "nr. 5.\n\nTot slot": [("5", DONE)],
    # Lists and tables.
    "Motie-Vos (36 410, nr. 5): ontraden.": [("5", "against")],
    "Motie-Vos (36 410, nr. 5) – oordeel Kamer": [("5", HOUSE)],
    "- Motie-Vos (36 410, nr. 5): ontraden\n- Motie-Bos (36 410, nr. 6): oordeel Kamer": [
        ("5", "against"),
        ("6", HOUSE),
    ],
    "36 410, nr. 5 | Motie-Vos | Overgenomen": [("5", "for")],
    "Mijn oordeel over de motie-Vos (36 410, nr. 5) luidt: ontijdig.": [("5", "premature")],
    "Moties (36 410, nrs. 5 en 6)\n\nMotie-Vos (nr. 5): ontraden.\n\nMotie-Bos (nr. 6): "
    "overbodig.": [("5", "against"), ("6", "superfluous")],
}

NOT_SAID = [
    # Denied.
    "De motie-Vos (36 410, nr. 5) ontraad ik niet.",
    "Ik ontraad de motie-Vos (36 410, nr. 5) niet.",
    "De motie-Vos (36 410, nr. 5) is niet overbodig.",
    "De motie-Vos (36 410, nr. 5) acht ik niet ontijdig.",
    "De motie-Vos (36 410, nr. 5) is nog niet uitgevoerd.",
    "Ik beschouw de motie-Vos (36 410, nr. 5) nog niet als afgedaan.",
    "Ik kan de motie-Vos (36 410, nr. 5) niet overnemen.",
    "Ik geef de motie-Vos (36 410, nr. 5) geen oordeel Kamer.",
    "De motie-Vos (36 410, nr. 5) is gedeeltelijk uitgevoerd.",
    # Conditional, asked, doubted, intended.
    "Als ik de motie-Vos (36 410, nr. 5) zo mag lezen, geef ik haar oordeel Kamer.",
    "De motie-Vos (36 410, nr. 5) zou ik anders ontraden.",
    "In dat geval ontraad ik de motie-Vos (36 410, nr. 5).",
    "Moet ik de motie-Vos (36 410, nr. 5) ontraden?",
    "Ik overweeg de motie-Vos (36 410, nr. 5) te ontraden.",
    "U vraagt of de motie-Vos (36 410, nr. 5) is uitgevoerd.",
    "In bijlage 2 leest u hoe de motie-Vos (36 410, nr. 5) wordt uitgevoerd.",
    "De motie-Vos (36 410, nr. 5) kan volgend jaar worden uitgevoerd.",
    "Het is de bedoeling om de motie-Vos (36 410, nr. 5) uit te voeren.",
    "De motie-Vos (36 410, nr. 5) wordt ontraden als deze ongewijzigd blijft.",
    "Ik geef oordeel Kamer als de motie-Vos (36 410, nr. 5) wordt aangepast.",
    "Ik verwacht dat de motie-Vos (36 410, nr. 5) hiermee is uitgevoerd.",
    "verzoekt de regering te zorgen dat de motie-Vos (36 410, nr. 5) wordt uitgevoerd,",
    "Met deze brief geef ik een eerste invulling aan de motie-Vos (36 410, nr. 5).",
    # Said by somebody else, or before.
    "Volgens de VNG is de motie-Vos (36 410, nr. 5) overbodig.",
    "De Raad van State acht de motie-Vos (36 410, nr. 5) ontijdig.",
    "De indieners beschouwen de motie-Vos (36 410, nr. 5) als uitgevoerd.",
    "De Kamer verzoekt het lid Vos de motie (36 410, nr. 5) aan te houden.",
    "Mijn ambtsvoorganger heeft de motie-Vos (36 410, nr. 5) ontraden.",
    "De Kamer nam de motie-Vos (36 410, nr. 5) aan, ondanks het «ontraden» van de Minister.",
    "De motie-Vos (36 410, nr. 5) is overgenomen door de gemeente Utrecht.",
    "De motie-Vos (36 410, nr. 5) wordt door de VNG ontraden.",
    # About something else.
    "In de motie-Vos (36 410, nr. 5) wordt het gebruik van plastic ontraden.",
    "De motie-Vos (36 410, nr. 5) vraagt om plastic te verbieden; ik ontraad het gebruik ervan.",
    "Naar aanleiding van de motie-Vos (36 410, nr. 5) neem ik het advies van de raad over.",
    "De motie-Vos (36 410, nr. 5) constateert dat verpakkingen overbodig zijn.",
    "De motie-Vos (36 410, nr. 5) verzoekt om overbodige regels te schrappen.",
    "Het oordeel van de Kamer over de motie-Vos (36 410, nr. 5) wacht ik af.",
    "Ik ontraad het amendement-Vos (36 410, nr. 5).",
    "Het amendement-Vos (36 410, nr. 5) wordt ontraden.",
    "Ik verwijs naar mijn brief (36 410, nr. 5). De motie-Bos ontraad ik.",
    "De motie-Vos (36 410, nr. 5) is aangenomen. Een andere motie heb ik ontraden.",
    "De motie-Vos (36 410, nr. 5) is aangenomen. De motie-Bos ontraad ik.",
    "De motie-Vos (36 410, nr. 5) is besproken. Alle moties worden ontraden.",
    "Met de motie-Vos (36 410, nr. 5) neemt de druk over de hele linie toe.",
    "De motie-Vos (36 410, nr. 5) is besproken en de aanbevelingen zijn overgenomen.",
    "De motie-Vos (36 410, nr. 5) is aangenomen, het onderzoek is uitgevoerd.",
    "Voor de motie-Vos (36 410, nr. 5) is onderzoek uitgevoerd.",
    "Ter uitvoering van de motie-Vos (36 410, nr. 5) is een onderzoek uitgevoerd.",
    "De motie-Vos (36 410, nr. 5) vraagt om een verbod. Een verbod ontraad ik.",
    "Met deze brief doe ik mijn toezegging bij de motie-Vos (36 410, nr. 5) af.",
    "Motie-Vos (36 410, nr. 5)\n\nHet amendement wordt ontraden.",
    "Motie van het lid Vos over het ontraden van roken (36 410, nr. 5)",
    "De motie wordt ontraden (zie mijn brief, Kamerstuk 36 410, nr. 5).",
    "De motie (zie de brief, Kamerstuk 36 410, nr. 5) wordt ontraden.",
    "De motie ontraad ik, zie Kamerstuk 36 410, nr. 5.",
    # Some, or a part.
    "Alle moties (36 410, nrs. 5 t/m 7) worden ontraden, behalve de motie op nr. 6.",
    "Behoudens de motie-Vos (36 410, nr. 5) ontraad ik de moties (36 410, nrs. 6 en 7).",
    "De motie-Vos (36 410, nr. 5) ontraad ik voor het eerste deel.",
    "Het eerste verzoek van de motie-Vos (36 410, nr. 5) ontraad ik.",
    # Which one is not certain.
    "Er zijn moties ingediend (36 410, nrs. 5 en 6). De eerste motie ontraad ik.",
    "De motie-Vos (36 410, nr. 5) lijkt op de motie-Bos (36 410, nr. 6). De motie ontraad ik.",
    "De moties-Vos (36 410, nr. 5) en -Bos (36 410, nr. 6) verschillen. Deze motie ontraad ik.",
    "De motie op nr. 5 ontraad ik.\n\nZie 36 410, nr. 5 en 36 600, nr. 5.",
    "De motie van Vos en de motie van Bos zijn afgedaan.\n\n13 Kamerstuk 36 410, nr. 5.",
    "De motie van Vos beschouw ik als afgedaan.\n\n13 Kamerstuk 36 410, nr. 5.\n\n14 Kamerstuk "
    "36 410, nr. 6.",
    "De motie-Vos (36 410, nr. 5) vraagt om loketten.\n\nEr is veel gebeurd.\n\nDe motie is "
    "uitgevoerd.",
    "Motie-Vos (36 410, nr. 5)\n\nAndere onderwerpen\n\nDe motie ontraad ik.",
    # Nothing is said.
    "De motie-Vos (36 410, nr. 5) is aangenomen.",
    "De motie-Vos (36 410, nr. 5) houdt het lid Vos aan.",
    "De Kamer heeft de motie-Vos (36 410, nr. 5) verworpen.",
    "Ik ontraad de motie.",
    "",
]


def said(text: str) -> list[tuple[str, str]]:
    references = find_references(text)
    found = find_appraisals(text, references)
    for one in found:
        assert one.sentence in " ".join(text.split())
    return [(references[one.reference].target.rpartition("-")[2], one.verdict) for one in found]


@pytest.mark.parametrize("text", SAID)
def test_what_is_said_is_read(text: str) -> None:
    assert sorted(said(text)) == sorted(SAID[text])


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_is_not_said_is_not_asserted(text: str) -> None:
    assert said(text) == []


def test_half_of_the_cases_must_not_assert() -> None:
    assert len(SAID) + len(NOT_SAID) >= 60
    assert len(NOT_SAID) >= 30


def test_the_sentence_is_the_evidence() -> None:
    text = "Eerst dit. De motie-Vos (36 410,\nnr. 5)  ontraad ik. Dan dat."
    (found,) = find_appraisals(text, find_references(text))
    assert found[:3] == (0, "against", "De motie-Vos (36 410, nr. 5) ontraad ik.")
    assert text[found.start :].startswith("De motie-Vos")


def test_links_of_the_publisher_carry_verdicts_too() -> None:
    text = "De motie-Vos (aldaar) ontraad ik."
    linked = link_references(text, [(14, 20, "kst-36410-5")])
    (found,) = find_appraisals(text, merge_references(linked, find_references(text)))
    assert found.verdict == "against"


PIECES = ["De motie-Vos ", "(36 410, nr. 5)", " ontraad ik", ". ", "Deze motie ", "\n\n", "niet "]
PIECES += [
    "oordeel Kamer",
    "«",
    "»",
    "(",
    "nr. 5 ",
    "en ",
    "beide moties ",
    "\ue000",
    "1 Kamerstuk ",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=40))
def test_any_text_can_be_read(pieces: list[str]) -> None:
    text = "".join(pieces)
    references = find_references(text)
    for one in find_appraisals(text, references):
        assert references[one.reference].kind == "paper"
        assert one.sentence in " ".join(text.split())


HOSTILE = [
    "motie ",
    "de motie van Vos, ",
    "ontraad ik ",
    "36 410, nr. 5. De motie ",
    "De motie (36 410, nr. 5) en ",
]
HOSTILE += [
    "de ",
    "deze ",
    "oordeel de motie ",
    "als ",
    "«",
    "(",
    "\n",
    "ontraden. ",
    "De motie (36 410, nr. 5) ontraad ik. ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_costs_no_more_than_a_long_one(piece: str) -> None:
    sentence = "De motie (36 410, nr. 5) " + piece * (4_500 // len(piece))
    text = f"{sentence}. Een zin.\n\n" * 10
    references = find_references(text)
    started = time.process_time()
    find_appraisals(text, references)
    assert time.process_time() - started < 20
