"""CQL as the service reads it: what is understood, what is refused, and what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from spiders.netherlands.simulator.koop.cql import Clause, Joined, SortKey, parse
from spiders.netherlands.simulator.koop.errors import SearchRefused
from spiders.netherlands.simulator.koop.evaluation import in_order, matches


@dataclass(frozen=True)
class Made:
    """A record of a few values."""

    name: str
    held: dict[str, tuple[str, ...]]

    def values(self, index: str) -> Sequence[str]:
        return self.held.get(index, ())


def _made(name: str, **held: str | tuple[str, ...]) -> Made:
    values = {key.replace("_", "."): (v,) if isinstance(v, str) else v for key, v in held.items()}
    return Made(name, values)


RECORDS = (
    _made("a", dt_identifier="kst-1-A", dt_date="2026-01-05", w_subrubriek="Brief", dt_type="X"),
    _made("b", dt_identifier="kst-1-B", dt_date="2026-02-05", w_subrubriek="Motie"),
    _made(
        "c",
        dt_identifier="kst-2-1",
        dt_date="2026-03-05",
        w_subrubriek="Motie",
        dt_title="Brief over de sluizen en bruggen",
        w_dossiernummer=("2", "36900-XII"),
    ),
)


def _found(query: str) -> str:
    parsed = parse(query)
    fitting = [record for record in RECORDS if matches(parsed.condition, record)]
    return "".join(record.name for record in in_order(parsed, fitting))


A, B, C = (Clause("dt.type", "==", letter) for letter in "abc")


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("dt.type==a", A),
        ("DT.TYPE == a", A),
        ('dt.type=="a"', A),
        ("(dt.type==a)", A),
        ("dt.type==/relevant a", A),
        ('dt.type="two words"', Clause("dt.type", "=", "two words")),
        (r'dt.title="a \"b\""', Clause("dt.title", "=", 'a "b"')),
        ('dt.title any "x y"', Clause("dt.title", "any", "x y")),
        ("dt.title ALL x", Clause("dt.title", "all", "x")),
        ("dt.date>=2026-01-01", Clause("dt.date", ">=", "2026-01-01")),
        ("kamerstuk", Clause("cql.serverChoice", "=", "kamerstuk")),
        ("any", Clause("cql.serverChoice", "=", "any")),
        # From left to right, whatever the boolean.
        (
            "dt.type==a and dt.type==b OR dt.type==c",
            Joined("OR", Joined("AND", A, B), C),
        ),
        (
            "dt.type==a or dt.type==b AND dt.type==c",
            Joined("AND", Joined("OR", A, B), C),
        ),
        (
            "dt.type==a OR (dt.type==b AND dt.type==c)",
            Joined("OR", A, Joined("AND", B, C)),
        ),
        ("dt.type==a NOT dt.type==b", Joined("NOT", A, B)),
    ],
)
def test_a_query_is_read_from_left_to_right(query: str, condition: object) -> None:
    assert parse(query).condition == condition


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("dt.type==a", ()),
        ("dt.type==a sortBy dt.date", (SortKey("dt.date"),)),
        ("dt.type==a sortby dt.identifier/sort.ascending", (SortKey("dt.identifier"),)),
        (
            "dt.type==a sortBy dt.date/sort.descending dt.identifier",
            (SortKey("dt.date", is_descending=True), SortKey("dt.identifier")),
        ),
    ],
)
def test_the_order_is_asked_for_at_the_end(query: str, keys: object) -> None:
    assert parse(query).sort == keys


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("dcterms.type==a", 10, "unknown prefix dcterms"),
        (
            "kamerstukken c.product-area==a",
            10,
            "line 1:13 mismatched input 'c.product-area' expecting "
            "{<EOF>, AND, OR, NOT, PROX, SORTBY}",
        ),
        (
            "dt.title=two words",
            10,
            "line 1:13 mismatched input 'words' expecting {<EOF>, AND, OR, NOT, PROX, SORTBY}",
        ),
        (
            "dt.type==a AND NOT dt.type==b",
            10,
            "line 1:15 mismatched input 'NOT' expecting {'(', SIMPLE_NAME, QUOTED_STRING}",
        ),
        (
            "(dt.type==a",
            10,
            "line 1:11 mismatched input '<EOF>' expecting {')', AND, OR, NOT, PROX}",
        ),
        ("", 10, "line 1:0 mismatched input '<EOF>' expecting {'(', SIMPLE_NAME, QUOTED_STRING}"),
        (
            "dt.type==",
            10,
            "line 1:9 mismatched input '<EOF>' expecting {SIMPLE_NAME, QUOTED_STRING}",
        ),
        ('dt.type=="a', 10, "line 1:9 token recognition error at: '\"a'"),
        ("dt.nonsense==a", 16, "unknown index dt.nonsense"),
        ("title==a", 16, "unknown index title"),
        ("dt.type==a sortBy dcterms.date", 10, "unknown prefix dcterms"),
        ("dt.type==a PROX dt.type==b", 37, "PROX"),
        ("dt.date within x", 19, "within"),
        (f"{'(' * 51}x{')' * 51}", 10, "more than 50 parentheses in each other"),
    ],
)
def test_what_cannot_be_read_is_said_as_the_service_says_it(
    query: str, code: int, message: str
) -> None:
    with pytest.raises(SearchRefused) as caught:
        parse(query)
    assert (caught.value.code, caught.value.message) == (code, message)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("w.subrubriek==Motie", "bc"),
        ("w.subrubriek==motie", "bc"),
        ("w.subrubriek<>Motie", "a"),
        ("dt.type<>X", "bc"),
        ("dt.date>=2026-02-05", "bc"),
        ("dt.date>2026-02-05", "c"),
        ("dt.date<2026-02-05", "a"),
        ("dt.date<=2026-02-05", "ab"),
        ("dt.date=2026-02-05", "b"),
        ("dt.date=2026", "abc"),
        ("dt.date==2026", ""),
        ('dt.identifier>"kst-1-A"', "bc"),
        ("w.dossiernummer==36900-XII", "c"),
        ("dt.title=sluizen", "c"),
        ('dt.title="sluizen en"', "c"),
        ('dt.title="en sluizen"', ""),
        ('dt.title all "bruggen sluizen"', "c"),
        ('dt.title all "bruggen wegen"', ""),
        ('dt.title any "bruggen wegen"', "c"),
        ("dt.title=slui*", "c"),
        ("dt.title=slui", ""),
        ("w.indiener==x", ""),
        ("cql.allRecords=1", "abc"),
        ("w.subrubriek==Motie NOT dt.title=sluizen", "b"),
        ("w.subrubriek==Brief OR w.subrubriek==Motie AND dt.date>2026-02-05", "c"),
        ("w.subrubriek==Brief OR (w.subrubriek==Motie AND dt.date>2026-02-05)", "ac"),
        ("cql.allRecords=1 sortBy dt.date/sort.descending", "cba"),
        ("cql.allRecords=1 sortBy w.subrubriek dt.date/sort.descending", "acb"),
        ("cql.allRecords=1 sortBy dt.title", "abc"),
    ],
)
def test_records_are_found_by_the_values_of_their_indexes(query: str, found: str) -> None:
    assert _found(query) == found


def test_a_long_chain_and_many_parentheses_are_followed() -> None:
    chain = " OR ".join(f"dt.identifier==kst-{number}" for number in range(3000))
    assert _found(f"{chain} OR dt.identifier==kst-1-B") == "b"
    assert _found(f"{'(' * 50}dt.identifier==kst-1-B{')' * 50} AND (cql.allRecords=1)") == "b"
