"""Small rules of the pages."""

import pytest

from harvester.site.addresses import difference_url, paper_url
from harvester.site.csv_answer import inert
from harvester.site.files import file_name, headers, range_of
from harvester.site.formats import day, moment, size
from harvester.site.language import Words
from harvester.site.search_params import SearchParams

EN, NL = Words("en"), Words("nl")


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (48_321, "48 kB"), (2_600_000, "3 MB"), (5e9, "5 GB")],
)
def test_sizes_are_said_as_people_do(count: int, said: str) -> None:
    assert size(EN, int(count)) == said


def test_dates_are_written_in_full() -> None:
    assert day(NL, "2026-11-05") == '<time datetime="2026-11-05">5 november 2026</time>'
    assert "5 November 2026" in day(EN, "2026-11-05T12:00:00")
    assert day(EN, "<soon>") == "&lt;soon&gt;"


def test_moments_are_those_of_the_hague() -> None:
    assert "25 november 2026, 00:30" in moment(NL, "2026-11-24T23:30:00.000Z")
    assert "1 July 2026, 14:00" in moment(EN, "2026-07-01T12:00:00.000Z")
    assert 'datetime="2026-10-01T07:01:17.488Z"' in moment(EN, "2026-10-01T07:01:17.4886117Z")
    assert moment(EN, '"><b>') == "&#34;&gt;&lt;b&gt;"


@pytest.mark.parametrize(
    ("paper", "name"),
    [
        ("kst-36900-XII-48", "kst-36900-XII-48-version-2.pdf"),
        ('../../etc/pass"wd\r\nX: y', "etc-pass-wd-X-y-version-2.pdf"),
        ("…", "unnamed-version-2.pdf"),
    ],
)
def test_a_file_gets_a_name_that_is_safe_everywhere(paper: str, name: str) -> None:
    assert file_name(paper, 2, "application/pdf") == name


def test_a_type_that_a_browser_would_run_is_not_passed_on() -> None:
    assert headers("0" * 64, "a.bin", 1, "text/html")["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (None, None),
        ("bytes=0-4", range(0, 5)),
        ("bytes=5-", range(5, 10)),
        ("bytes=5-99", range(5, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-30", range(0, 10)),
        ("bytes=10-", range(10, 10)),
        ("bytes=-0", range(10, 10)),
        ("bytes=4-2", None),
        ("bytes=0-1,3-4", None),
        ("lines=1-2", None),
        ("bytes=-", None),
    ],
)
def test_a_part_of_a_file_can_be_asked_for(asked: str | None, part: range | None) -> None:
    said = {} if asked is None else {"range": asked}
    assert range_of(said, "f" * 64, 10) == part


def test_a_part_of_another_file_is_not_given() -> None:
    asked = {"range": "bytes=0-4", "if-range": '"other"'}
    assert range_of(asked, "f" * 64, 10) is None


def test_an_id_cannot_leave_its_place_in_an_address() -> None:
    assert paper_url("a/../b?c#d", "s", 2) == "/paper/a%2F..%2Fb%3Fc%23d/s/2"
    assert difference_url("a", "s", 2, "r", 1) == "/paper/a/s/2/against/r/1"


def test_an_address_says_only_what_is_not_usual() -> None:
    asked = SearchParams(q="één twee", filters={"kind": "motion"})
    assert asked.url() == "/search?q=%C3%A9%C3%A9n+twee&kind=motion"
    assert asked.url(page=2, kind=None) == "/search?q=%C3%A9%C3%A9n+twee&page=2"
    assert asked.url(".csv", sort="newest") == (
        "/search.csv?q=%C3%A9%C3%A9n+twee&kind=motion&sort=newest"
    )
    assert SearchParams.read({}).url() == "/search"


def test_what_makes_no_sense_in_an_address_counts_as_not_said() -> None:
    asked = SearchParams.read(
        {"q": " a ", "sort": "best", "page": "0x2", "kind": "", "colour": "red"}
    )
    assert asked == SearchParams(q="a")
    assert SearchParams.read({"sort": "relevance"}).sort == "newest"
    assert len(SearchParams.read({"kind": "x" * 9999}).filters["kind"]) == 200


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_spreadsheet_takes_words_for_a_formula(cell: str) -> None:
    assert inert(cell) == f"'{cell}"
    assert inert("a=1") == "a=1"
    assert inert(-1) == -1
