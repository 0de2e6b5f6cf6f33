"""Sentences that appraise motions, with their right values.

Made by hand: the forms are those of letters and debates (footnotes, lines, tables, politeness,
conditions, several at once), the words, names and numbers are invented. Every motion is of the
dossier 36 725; a value is the number of the motion and the verdict.
"""

from typing import Final

AGAINST: Final = "against"
LEFT: Final = "left to the House"
FOR: Final = "for"
HOLD: Final = "hold"
PREMATURE: Final = "premature"
SUPERFLUOUS: Final = "superfluous"
DONE: Final = "carried out"
DOING: Final = "being carried out"

TRUTH: list[tuple[str, set[tuple[str, str]]]] = [
    (
        "De motie van het lid De Korte¹ ontraad ik.\n\n1 Kst. 36 725, nr. 29",
        {("29", AGAINST)},
    ),
    (
        "De motie van het lid De Korte ¹ ontraad ik.\n\n1 Kamerstuk 36 725, nr. 29.",
        {("29", AGAINST)},
    ),
    (
        "De motie van het lid De Korte¹ ontraad ik. De motie van het lid Vos² laat ik aan"
        " het oordeel van de Kamer.\n\n1 Kamerstuk 36 725, nr. 29.\n\n2 Kamerstuk 36 725, nr."
        " 30.",
        {("29", AGAINST), ("30", LEFT)},
    ),
    (
        "Motie van het lid Vos (36 725, nr. 29)\n\nAppreciatie: Ontraden",
        {("29", AGAINST)},
    ),
    (
        "Kamerstuk 36 725, nr. 29\nMotie van het lid Vos over bomen\nAppreciatie: Ontraden",
        {("29", AGAINST)},
    ),
    (
        "Motie Vos, Kamerstuk 36 725, nr. 29\n\nOordeel Kamer.",
        {("29", LEFT)},
    ),
    (
        "36 725, nr. 29 | Vos | Ontraden\n\n36 725, nr. 30 | Ek | Oordeel Kamer",
        {("29", AGAINST), ("30", LEFT)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) moet ik ontraden.",
        {("29", AGAINST)},
    ),
    (
        "Ik moet de motie op stuk nr. 29 (36 725) ontraden.",
        {("29", AGAINST)},
    ),
    (
        "De motie van het lid Vos (36 725, nr. 29) zou ik het oordeel aan de Kamer willen laten.",
        {("29", LEFT)},
    ),
    (
        "De motie van het lid Vos (36 725, nr. 29) zou ik aan het oordeel van de Kamer wi"
        "llen laten.",
        {("29", LEFT)},
    ),
    (
        "De motie van het lid Vos (36 725, nr. 29): oordeel Kamer, mits de indiener het d"
        "ictum zo leest.",
        {("29", LEFT)},
    ),
    (
        "De moties 36 725, nr. 29, 36 725, nr. 30 en 36 725, nr. 31: die drie ontraad ik.",
        {("29", AGAINST), ("30", AGAINST), ("31", AGAINST)},
    ),
    (
        "Ik ontraad de moties met Kamerstuk 36 725, nrs. 29, 30 en 31.",
        {("29", AGAINST), ("30", AGAINST), ("31", AGAINST)},
    ),
    (
        "Hiermee is de motie van het lid Vos (36 725, nr. 29) uitgevoerd.",
        {("29", DONE)},
    ),
    (
        "Hiermee beschouw ik de motie-Vos¹ als afgedaan.\n\n1 Kamerstuk 36 725, nr. 29",
        {("29", DONE)},
    ),
    (
        "Met deze brief geef ik uitvoering aan de motie van het lid Vos¹.\n\n1 Kamerstukken"
        " II 2024/25, 36 725, nr. 29.",
        {("29", DOING)},
    ),
    (
        "Motie Vos | 36 725, nr. 29 | Afgedaan",
        {("29", DONE)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) krijgt oordeel Kamer.",
        {("29", LEFT)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) krijgt van mij oordeel Kamer.",
        {("29", LEFT)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) kan ik oordeel Kamer geven.",
        {("29", LEFT)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) kan ik niet anders dan ontraden.",
        {("29", AGAINST)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) ontraad ik niet.",
        set(),
    ),
    (
        "De motie-Vos (36 725, nr. 29) wil ik ontraden.",
        {("29", AGAINST)},
    ),
    (
        "Ik zou de motie-Vos (36 725, nr. 29) willen ontraden.",
        {("29", AGAINST)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) zal ik dan ook ontraden.",
        {("29", AGAINST)},
    ),
    (
        "Ik zie mij genoodzaakt de motie-Vos (36 725, nr. 29) te ontraden.",
        {("29", AGAINST)},
    ),
    (
        "Over de motie-Vos (36 725, nr. 29) laat ik het oordeel aan de Kamer.",
        {("29", LEFT)},
    ),
    (
        "Mijn oordeel over de motie-Vos (36 725, nr. 29) is: ontraden.",
        {("29", AGAINST)},
    ),
    (
        "Dan de motie op stuk nr. 29 (36 725). Die ontraad ik.",
        {("29", AGAINST)},
    ),
    (
        "Dan de motie op stuk nr. 29 (36 725). Ik moet die motie ontraden.",
        {("29", AGAINST)},
    ),
    (
        "Dan de motie op stuk nr. 29 (36 725). Daarmee ontraden.",
        {("29", AGAINST)},
    ),
    (
        "De motie op stuk nr. 29 (36 725): ontijdig.",
        {("29", PREMATURE)},
    ),
    (
        "De motie op stuk nr. 29 (36 725) acht ik overbodig.",
        {("29", SUPERFLUOUS)},
    ),
    (
        "Als de motie-Vos (36 725, nr. 29) wordt aangenomen, ontraad ik verdere stappen.",
        set(),
    ),
    (
        "Ik verzoek het lid Vos de motie (36 725, nr. 29) aan te houden.",
        {("29", HOLD)},
    ),
    (
        "Ik verzoek het lid Vos de motie (36 725, nr. 29) aan te houden, anders moet ik h"
        "aar ontraden.",
        {("29", HOLD)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) is uitgevoerd met de brief van 3 mei.",
        {("29", DONE)},
    ),
    (
        "Met de motie-Vos (36 725, nr. 29) kan ik uit de voeten; oordeel Kamer.",
        {("29", LEFT)},
    ),
    (
        "Indien de indiener de motie-Vos (36 725, nr. 29) zo uitlegt, kan ik haar oordeel"
        " Kamer geven.",
        {("29", LEFT)},
    ),
    (
        "De appreciatie van de motie op stuk nr. 29 (36 725) is: oordeel Kamer.",
        {("29", LEFT)},
    ),
    (
        "De motie op stuk nr. 29 (36 725) van de leden Vos en Ek krijgt dus het oordeel “"
        "ontraden”.",
        {("29", AGAINST)},
    ),
    (
        "Om die reden ontraad ik de motie-Vos (36 725, nr. 29) met klem.",
        {("29", AGAINST)},
    ),
    (
        "Wij ontraden daarom de motie van de leden Vos en Ek (36 725, nr. 29).",
        {("29", AGAINST)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) is ontijdig, omdat het onderzoek nog loopt.",
        {("29", PREMATURE)},
    ),
    (
        "Deze motie (36 725, nr. 29) neem ik over.",
        {("29", FOR)},
    ),
    (
        "De motie van het lid Vos (36 725, nr. 29) kan worden overgenomen.",
        {("29", FOR)},
    ),
    (
        "Ik laat het oordeel over de moties met nr. 29 en nr. 30 (36 725) aan de Kamer.",
        {("29", LEFT), ("30", LEFT)},
    ),
    (
        "Motie-Vos (36 725, nr. 29). Advies: ontraden.",
        {("29", AGAINST)},
    ),
    (
        "Advies over de motie-Vos (36 725, nr. 29): ontraden.",
        {("29", AGAINST)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) en de motie-Ek (36 725, nr. 30) ontraad ik beide.",
        {("29", AGAINST), ("30", AGAINST)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) ontraad ik, de motie-Ek (36 725, nr. 30) laat ik a"
        "an het oordeel van de Kamer.",
        {("29", AGAINST), ("30", LEFT)},
    ),
    (
        "Aan de motie-Vos (36 725, nr. 29) is hiermee voldaan.",
        {("29", DONE)},
    ),
    (
        "Met het onderzoek is invulling gegeven aan de motie van het lid Vos (36 725, nr. 29).",
        {("29", DONE)},
    ),
    (
        "De motie van het lid Vos (36 725, nr. 29) verzoekt de regering om dit plan te ontraden.",
        set(),
    ),
    (
        "In de motie-Vos (36 725, nr. 29) staat dat het kabinet het roken moet ontraden.",
        set(),
    ),
    (
        "Het lid Ek ontraadt de motie-Vos (36 725, nr. 29).",
        set(),
    ),
    (
        "Mijn voorganger heeft de motie-Vos (36 725, nr. 29) destijds ontraden.",
        set(),
    ),
    (
        "De motie-Vos (36 725, nr. 29) is aangenomen.",
        set(),
    ),
    (
        "Is de motie-Vos (36 725, nr. 29) uitgevoerd?",
        set(),
    ),
    (
        "Zodra de motie-Vos (36 725, nr. 29) is uitgevoerd, informeer ik uw Kamer.",
        set(),
    ),
    (
        "Ik zal de motie-Vos (36 725, nr. 29) niet overnemen.",
        set(),
    ),
    (
        "Het rapport bij Kamerstuk 36 725, nr. 29 is overbodig.",
        set(),
    ),
    (
        "De indieners hebben de motie-Vos (36 725, nr. 29) ingetrokken.",
        set(),
    ),
    (
        "De motie-Vos (36 725, nr. 29) kan ik, met de uitleg van de indiener, oordeel Kamer geven.",
        {("29", LEFT)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) moet ik helaas ontraden.",
        {("29", AGAINST)},
    ),
    (
        "Motie 29 (36 725): ontraden.",
        {("29", AGAINST)},
    ),
    (
        "De motie op stuk nr. 29 (36 725) geef ik het oordeel Kamer.",
        {("29", LEFT)},
    ),
    (
        "De motie-Vos (36 725, nr. 29) is wat mij betreft overbodig, want dit gebeurt al.",
        {("29", SUPERFLUOUS)},
    ),
]
