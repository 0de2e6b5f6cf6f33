"""Render a paper's text as HTML: headings, lists, tables, notes and links."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from harvester.site.addresses import paper_url
from harvester.site.excerpts import MARK_END, MARK_START
from harvester.site.marks import Place
from harvester.text import Text
from harvester.text.result import Mark

DEEPEST = 12
"""Most nested lists; deeper ones are joined."""

_found = re.compile(f"{MARK_START}([^{MARK_START}{MARK_END}]*){MARK_END}")
_blank = re.compile(r"\n\s*\n")


class _Paragraph(NamedTuple):
    start: int
    end: int
    groups: tuple[Mark, ...]
    """Its enclosing items and notes, outermost first."""
    is_heading: bool
    is_row: bool


class _Link(NamedTuple):
    start: int
    end: int
    url: str


def marked(snippet: str) -> Markup:
    """Return a snippet as HTML, with `<mark>` around found words."""
    html = _found.sub(r"<mark>\1</mark>", str(escape(snippet)))
    return Markup(html)  # noqa: S704 - escaped above


def render_text(
    text: Text, citations: Sequence[Mapping[str, Any]] = (), found: Sequence[Place] = ()
) -> Markup:
    """Return the HTML of a text.

    Args:
        text: an extracted text with marks.
        citations: ranges with `start_at`, `end_at`, `cited`, the id of a paper, and `is_held`,
            whether that paper is in the index.
        found: ranges that match a search, in order. Each gets an id (`found-1`) and links to the
            range before and after it.
    """
    return _Renderer(text, _links(text, citations), found).all()


def _links(text: Text, citations: Sequence[Mapping[str, Any]]) -> list[_Link]:
    """Return the ranges of links, in order.

    Of links that overlap, papers of the index come first, then the publisher's links, then papers
    that are not here.
    """
    notes = {mark.target for mark in text.marks if mark.kind == "note" and mark.target}
    cited = [(c["is_held"], _Link(c["start_at"], c["end_at"], paper_url(c["cited"])))
             for c in citations]  # fmt: skip
    wanted = [link for is_held, link in cited if is_held]
    for mark in text.marks:
        if mark.kind == "link" and mark.target and mark.end > mark.start:
            if mark.target in notes:
                wanted.append(_Link(mark.start, mark.end, f"#{note_id(mark.target)}"))
            elif _is_web(mark.target):
                wanted.append(_Link(mark.start, mark.end, mark.target))
    wanted += [link for is_held, link in cited if not is_held]
    found: list[_Link] = []
    taken: list[range] = []
    for link in wanted:
        if not any(link.start < there.stop and there.start < link.end for there in taken):
            taken.append(range(link.start, link.end))
            found.append(link)
    return sorted(found)


def _is_web(target: str) -> bool:
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def note_id(target: str) -> str:
    """Return a safe name of a note in a page: letters and digits only."""
    return "note-" + re.sub(r"[^A-Za-z0-9]+", "-", target)[:60]


class _Renderer:
    def __init__(self, text: Text, links: Sequence[_Link], found: Sequence[Place]) -> None:
        self._text = text.text
        self._links = links
        self._found = found
        self._starts = [place.start for place in found]
        self._paragraphs = _paragraphs(text)

    def all(self) -> Markup:
        return self._blocks(self._paragraphs, 0)

    def _blocks(self, paragraphs: Sequence[_Paragraph], depth: int) -> Markup:
        """Render paragraphs that are in the same `depth` groups."""
        html = Markup()

        def sort(paragraph: _Paragraph) -> tuple[str, Mark | None]:
            if depth < min(len(paragraph.groups), DEEPEST):
                group = paragraph.groups[depth]
                return ("item", None) if group.kind == "item" else ("note", group)
            return ("row", None) if paragraph.is_row else ("one", None)

        for (kind, mark), group in groupby(paragraphs, key=sort):
            members = list(group)
            if kind == "item":
                html += self._list(members, depth)
            elif kind == "note" and mark is not None:
                html += self._note(mark, self._blocks(members, depth + 1))
            elif kind == "row":
                html += self._table(members)
            else:
                html += Markup("").join(self._paragraph(paragraph) for paragraph in members)
        return html

    def _list(self, paragraphs: Sequence[_Paragraph], depth: int) -> Markup:
        html = Markup("<ul>")
        for _, group in groupby(paragraphs, key=lambda paragraph: paragraph.groups[depth]):
            html += Markup("<li>{}</li>").format(self._blocks(list(group), depth + 1))
        return html + Markup("</ul>")

    def _note(self, mark: Mark, content: Markup) -> Markup:
        named = Markup(' id="{}"').format(note_id(mark.target)) if mark.target else ""
        return Markup('<div class="note" role="note"{}>{}</div>').format(named, content)

    def _table(self, paragraphs: Sequence[_Paragraph]) -> Markup:
        html = Markup('<div class="scroll" tabindex="0" role="group"><table>')
        for paragraph in paragraphs:
            html += Markup("<tr>")
            at = paragraph.start
            for cell in self._text[paragraph.start : paragraph.end].split("|"):
                html += Markup("<td>{}</td>").format(self._inline(at, at + len(cell)))
                at += len(cell) + 1
            html += Markup("</tr>")
        return html + Markup("</table></div>")

    def _paragraph(self, paragraph: _Paragraph) -> Markup:
        content = self._inline(paragraph.start, paragraph.end)
        if paragraph.is_heading:
            return Markup("<h3>{}</h3>").format(content)
        return Markup("<p>{}</p>").format(content)

    def _inline(self, begin: int, end: int) -> Markup:
        html = Markup()
        at = begin
        for link in self._links:
            if at <= link.start and link.end <= end:
                html += self._words(at, link.start)
                outside = Markup(' rel="nofollow noreferrer"') if ":" in link.url[:6] else ""
                # No links in links: what was found there is marked, and leads nowhere.
                inside = self._words(link.start, link.end, is_leading=False)
                html += Markup('<a href="{}"{}>{}</a>').format(link.url, outside, inside)
                at = link.end
        return html + self._words(at, end)

    def _words(self, begin: int, end: int, *, is_leading: bool = True) -> Markup:
        """Render a run of text with what was found in it."""
        html = Markup()
        at = begin
        for number in range(bisect_left(self._starts, begin), len(self._found)):
            place = self._found[number]
            if place.end > end:
                break
            html += escape(self._text[at : place.start])
            html += self._mark(number + 1, place, is_leading=is_leading)
            at = place.end
        return html + escape(self._text[at:end])

    def _mark(self, number: int, place: Place, *, is_leading: bool) -> Markup:
        words = self._text[place.start : place.end]
        last = len(self._found)
        before = _jump(number - 1, "↑") if is_leading and number > 1 else ""
        after = _jump(number + 1, "↓") if is_leading and number < last else ""
        return Markup('<mark id="found-{}">{}{}{}</mark>').format(number, before, words, after)


def _jump(number: int, arrow: str) -> Markup:
    """Return the link to another place; the arrow alone is shown, and only where one has jumped."""
    return Markup('<a class="jump" href="#found-{0}" aria-label="{0}">{1}</a>').format(
        number, arrow
    )


def _paragraphs(text: Text) -> list[_Paragraph]:
    headings = {mark.start for mark in text.marks if mark.kind == "heading"}
    rows = {mark.start for mark in text.marks if mark.kind == "row"}
    groups = [mark for mark in text.marks if mark.kind in ("item", "note")]
    found = []
    begin = 0
    length = len(text.text)
    breaks = [*(match.span() for match in _blank.finditer(text.text)), (length, length)]
    waiting = iter(groups)
    ahead = next(waiting, None)
    within: list[Mark] = []
    for end, after in breaks:
        if text.text[begin:end].strip():
            while ahead is not None and ahead.start <= begin:
                within.append(ahead)
                ahead = next(waiting, None)
            within = [mark for mark in within if mark.end > begin]
            around = tuple(mark for mark in within if mark.end >= end)
            found.append(_Paragraph(begin, end, around, begin in headings, begin in rows))
        begin = after
    return found
