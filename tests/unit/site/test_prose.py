"""A text becomes HTML that has its structure, links where it refers, and runs nothing."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.site.prose import marked, render_text
from harvester.text import Text
from harvester.text.result import Mark, MarkKind


def place(text: str, words: str, kind: MarkKind, target: str | None = None) -> Mark:
    start = text.index(words)
    return Mark(start, start + len(words), kind, target)


def test_a_snippet_marks_what_was_found_and_runs_nothing() -> None:
    assert marked("<b>a\x02b</b>&\x03c") == "&lt;b&gt;a<mark>b&lt;/b&gt;&amp;</mark>c"


def test_paragraphs_end_at_empty_lines() -> None:
    assert render_text(Text("ok", "a\nb\n\n\n c \n \n\nd\n")) == "<p>a\nb</p><p> c </p><p>d\n</p>"


def test_headings_lists_tables_and_notes_are_what_they_are() -> None:
    text = "Kop\n\nLid¹\n\nNoot\n\n1. een\n\na. in een\n\n2. twee\n\nx | y\n\n | z"
    marks = (
        place(text, "Kop", "heading"),
        place(text, "¹", "link", "n 1"),
        place(text, "Noot", "note", "n 1"),
        place(text, "1. een\n\na. in een", "item"),
        place(text, "a. in een", "item"),
        place(text, "2. twee", "item"),
        place(text, "x | y", "row"),
        place(text, " | z", "row"),
    )
    assert render_text(Text("ok", text, marks=marks)) == (
        "<h3>Kop</h3>"
        '<p>Lid<a href="#note-n-1">¹</a></p>'
        '<div class="note" role="note" id="note-n-1"><p>Noot</p></div>'
        "<ul><li><p>1. een</p><ul><li><p>a. in een</p></li></ul></li><li><p>2. twee</p></li></ul>"
        '<div class="scroll" tabindex="0" role="group"><table>'
        "<tr><td>x </td><td> y</td></tr><tr><td> </td><td> z</td></tr></table></div>"
    )


def test_a_paper_that_is_here_comes_before_the_publishers_link() -> None:
    text = "Zie 36 900 XII, nr. 48 en de wet."
    marks = (
        place(text, "36 900 XII, nr. 48", "link", "https://example.org/kst"),
        place(text, "de wet", "link", "https://example.org/wet?a=1&b=2"),
    )
    cited = {"start_at": 4, "end_at": 22, "cited": "kst-36900-XII-48", "is_held": 1}
    assert render_text(Text("ok", text, marks=marks), [cited]) == (
        '<p>Zie <a href="/paper/kst-36900-XII-48">36 900 XII, nr. 48</a> en '
        '<a href="https://example.org/wet?a=1&amp;b=2" rel="nofollow noreferrer">de wet</a>.</p>'
    )


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT://x", "//x", "http://[", ""]
)
def test_a_link_leads_to_the_web_or_nowhere(target: str) -> None:
    text = Text("ok", "klik hier", marks=(Mark(0, 9, "link", target),))
    assert render_text(text) == "<p>klik hier</p>"


MARKS = st.builds(
    lambda start, length, kind, target: Mark(start, min(start + length, 40), kind, target),
    st.integers(0, 40),
    st.integers(0, 40),
    st.sampled_from(["heading", "item", "row", "note", "link"]),
    st.sampled_from([None, "n1", '"><script>', "https://a.b/'\"<"]),
)


@given(
    st.text(alphabet='ab<>&"\n| ', min_size=40, max_size=40),
    st.lists(MARKS, max_size=6),
)
def test_no_text_and_no_marks_make_html_that_runs_or_is_broken(
    text: str, marks: list[Mark]
) -> None:
    html = render_text(
        Text("ok", text, marks=tuple(sorted(marks, key=lambda m: (m.start, -m.end))))
    )
    assert "<script" not in html
    parser = html5lib.HTMLParser(strict=True)
    parser.parseFragment(str(html))
