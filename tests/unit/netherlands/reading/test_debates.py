"""What a report of a debate says of motions: advice of the government, who gave it and when."""

from collections.abc import Sequence

from lxml import etree

from spiders.netherlands.reading.debates import (
    Report,
    SpokenAdvice,
    find_advice,
    is_report,
    read_report,
)

SPACE = "http://www.tweedekamer.nl/ggm/vergaderverslag/v1.0"
MINISTER = ("Minister", "Mevrouw", "Van der Berk", "minister van Natuur")
MEMBER = ("Tweede Kamerlid", "De heer", "Vos", "lid Tweede Kamer")
CHAIR = ("Tweede Kamerlid", "Mevrouw", "Ek", "lid Tweede Kamer")

Said = tuple[tuple[str, str, str, str], str, Sequence[str]]


def turn(said: Said) -> str:
    (kind, salutation, name, function), at, paragraphs = said
    words = "".join(f"<alinea><alineaitem>{words}</alineaitem></alinea>" for words in paragraphs)
    return (
        '<activiteitdeel soort="Spreekbeurt"><activiteititem soort="Woordvoerder"><woordvoerder>'
        f'<spreker soort="{kind}"><aanhef>{salutation}</aanhef><verslagnaam>{name}</verslagnaam>'
        f"<functie>{function}</functie></spreker><markeertijdbegin>{at}</markeertijdbegin>"
        f"<isvoorzitter>{'true' if said[0] is CHAIR else 'false'}</isvoorzitter>"
        f"<tekst><alinea><alineaitem>{salutation} <nadruk>{name}</nadruk>:</alineaitem></alinea>"
        f"{words}</tekst></woordvoerder></activiteititem></activiteitdeel>"
    )


def report(*turns: Said, kind: str = "Eindpublicatie") -> Report:
    root = etree.fromstring(
        f'<vlosCoreDocument soort="{kind}" xmlns="{SPACE}"><vergadering><titel>Bomen</titel>'
        f"<datum>2026-11-24T00:00:00</datum>{''.join(map(turn, turns))}</vergadering>"
        "</vlosCoreDocument>"
    )
    assert is_report(root)
    return read_report(root)


MOVED: Said = (
    MEMBER,
    "2026-11-24T10:00:00",
    [
        "Ik heb twee moties.",
        "verzoekt de regering bomen te planten, en gaat over tot de orde van de dag.",
        "Zij krijgt nr. 29 (36 725).",
        "De andere motie krijgt nr. 30 (36 725).",
    ],
)


def short(advice: Sequence[SpokenAdvice]) -> list[tuple[str, str]]:
    return [(each.target, each.verdict) for each in advice]


def test_a_report_tells_who_speaks_in_which_function_and_since_when() -> None:
    read = report(MOVED)
    (only,) = read.turns
    assert (read.title, read.held_on, read.is_final) == ("Bomen", "2026-11-24", True)
    assert (only.speaker, only.function) == ("De heer Vos", "lid Tweede Kamer")
    assert only.begins_at == "2026-11-24T10:00:00"
    assert only.paragraphs == tuple(MOVED[2])


def test_an_interim_report_is_not_final() -> None:
    assert not report(MOVED, kind="Tussenpublicatie").is_final


def test_spoken_advice_is_of_the_motion_with_that_number() -> None:
    answer: Said = (
        MINISTER,
        "2026-11-24T11:00:00",
        [
            "De motie op stuk nr. 29 moet ik ontraden.",
            "Dan de motie op stuk nr. 30. Die laat ik aan het oordeel van de Kamer.",
        ],
    )
    advice = find_advice(report(MOVED, answer))
    assert short(advice) == [("kst-36725-29", "against"), ("kst-36725-30", "left to the House")]
    assert advice[0].sentence == "De motie op stuk nr. 29 moet ik ontraden."
    assert advice[0].speaker == "Mevrouw Van der Berk"
    assert advice[0].begins_at == "2026-11-24T11:00:00"


def test_what_a_member_or_the_chair_says_is_no_advice() -> None:
    words = ["De motie op stuk nr. 29 wordt ontraden."]
    assert find_advice(report(MOVED, (MEMBER, "", words), (CHAIR, "", words))) == []


def test_advice_that_is_revised_later_is_kept_and_told() -> None:
    first: Said = (MINISTER, "2026-11-24T11:00:00", ["De motie op stuk nr. 29 ontraad ik."])
    last: Said = (
        MINISTER,
        "2026-11-24T11:20:00",
        ["Gehoord de toelichting geef ik de motie op stuk nr. 29 oordeel Kamer."],
    )
    advice = find_advice(report(MOVED, first, last))
    assert [(each.verdict, each.is_revised) for each in advice] == [
        ("against", True),
        ("left to the House", False),
    ]
