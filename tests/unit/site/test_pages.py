"""Small rules of the pages."""

import pytest

from harvester.site.files import file_name, headers
from harvester.site.pages import Asked, marked, paper_url, paragraphs, size


def test_a_snippet_marks_what_was_found_and_runs_nothing() -> None:
    assert marked("<b>a\x02b</b>&\x03c") == "&lt;b&gt;a<mark>b&lt;/b&gt;&amp;</mark>c"


def test_paragraphs_end_at_empty_lines() -> None:
    assert paragraphs("a\nb\n\n\n c \n \n\nd\n") == ["a\nb", " c ", "d\n"]


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 bytes"), (999, "999 bytes"), (48_321, "48 KB"), (2_600_000, "3 MB")]
)
def test_sizes_are_said_as_people_do(count: int, said: str) -> None:
    assert size(count) == said


@pytest.mark.parametrize(
    ("paper", "name"),
    [
        ("kst-36900-XII-48", "kst-36900-XII-48-version-2.pdf"),
        ('../../etc/pass"wd\r\nX: y', "etc-pass-wd-X-y-version-2.pdf"),
        ("…", "paper-version-2.pdf"),
    ],
)
def test_a_file_gets_a_name_that_is_safe_everywhere(paper: str, name: str) -> None:
    assert file_name(paper, 2, "application/pdf") == name


def test_a_type_that_a_browser_would_run_is_not_passed_on() -> None:
    assert headers("0" * 64, "a.bin", 1, "text/html")["Content-Type"] == "application/octet-stream"


def test_an_id_cannot_leave_its_place_in_an_address() -> None:
    assert paper_url("a/../b?c#d", "s", 2) == "/paper/a%2F..%2Fb%3Fc%23d/s/2"


def test_an_address_says_only_what_is_not_usual() -> None:
    asked = Asked(q="één twee", kind="motion")
    assert asked.url() == "/?q=%C3%A9%C3%A9n+twee&kind=motion"
    assert asked.url(page=2, kind=None) == "/?q=%C3%A9%C3%A9n+twee&page=2"
    assert asked.url(sort="newest") == "/?q=%C3%A9%C3%A9n+twee&kind=motion&sort=newest"
