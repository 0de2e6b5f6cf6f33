"""Designations, the ids that follow from them, and what is cited in texts."""

import pytest

from spiders.sweden.designations import code_of, id_of, normal_session, parse, session_of
from spiders.sweden.parliament import SWEDEN, cite


@pytest.mark.parametrize(
    ("kind", "session", "number", "id_"),
    [
        ("mot", "2013/14", "So1", "H102So1"),
        ("bet", "2016/17", "SkU8", "H401SkU8"),
        ("bet", "2025/26", "KU45", "HD01KU45"),
        ("bet", "1991/92", "LU38", "GF01LU38"),
        ("prop", "2016/17", "14", "H40314"),
        ("rskr", "2013/14", "120", None),
        ("mot", "2013/15", "So1", None),
    ],
)
def test_an_id_follows_from_the_designation(
    kind: str, session: str, number: str, id_: str | None
) -> None:
    assert id_of(kind, session, number) == id_


def test_sessions_are_named_by_two_years_since_1975() -> None:
    assert [session_of(year) for year in (1974, 1975, 1998, 1999, 2000, 2025)] == [
        "1974", "1975/76", "1998/99", "1999/2000", "2000/01", "2025/26",
    ]  # fmt: skip
    assert [normal_session(text) for text in ("1999/00", "2013/2014", "1976", "1971/72")] == [
        "1999/2000", "2013/14", None, None,
    ]  # fmt: skip
    assert code_of("1974") != code_of("1975/76")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mot. 2013/14:So1", "mot. 2013/14:So1"),
        ("Motion 2013/14:so1", "mot. 2013/14:So1"),
        ("H102So1", "mot. 2013/14:So1"),
        ("skrivelse 2024/25:75", "skr. 2024/25:75"),
        ("RSKR 2013/14:120", "rskr. 2013/14:120"),
        ("2013/14:AU2", "bet. 2013/14:AU2"),
    ],
)
def test_a_typed_name_means_a_paper(typed: str, meant: str) -> None:
    assert meant in list(SWEDEN.spellings(typed))


def test_only_a_designation_with_its_type_is_a_number() -> None:
    assert SWEDEN.is_number("bet. 2013/14:AU2")
    assert not SWEDEN.is_number("2013/14:AU2")
    assert parse("mot. ²013/14:So1") is None
    assert cite({"publication_id": "bet. 2013/14:AU2"}) == "bet. 2013/14:AU2"
    assert cite({"publication_id": None}) is None


def test_papers_are_found_where_a_text_cites_them() -> None:
    text = (
        "Enligt bet. 2013/14:AU2 punkt 3 och rskr. 2013/14:120 avslås motionerna 2013/14:Sf264 av "
        "Åsa Ek (X) yrkande 9 och 2013/14:N351 av Bo Ö (Y), jfr skrivelse 2012/13:75 och "
        "lagen (2013:14)."
    )
    found = SWEDEN.read(text, ()).references
    assert [(one.words, one.target) for one in found] == [
        ("bet. 2013/14:AU2 punkt 3", "bet. 2013/14:AU2"),
        ("rskr. 2013/14:120", "rskr. 2013/14:120"),
        ("motionerna 2013/14:Sf264", "mot. 2013/14:Sf264"),
        ("2013/14:N351", "mot. 2013/14:N351"),
        ("skrivelse 2012/13:75", "skr. 2012/13:75"),
    ]
    assert all(" ".join(text[one.start : one.end].split()) == one.words for one in found)
