"""Choose the excerpt of a search result: around the found words, below the masthead."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from harvester.source.registry import body_start

MARK_START, MARK_END = "\x02", "\x03"
"""Marks around found words: characters that no text contains."""
LENGTH = 280
BEFORE = 60
"""Most characters before the first found word."""
_MOST_MARKS = 300
_mark = re.compile(f"{MARK_START}([^{MARK_END}]*){MARK_END}")
_sentence = re.compile(r"(?<=[.;:!?])\s+|\n\s*\n")


class _Found(NamedTuple):
    start: int
    end: int


def excerpt(marked: str) -> str:
    """Return about `LENGTH` characters of a text with marked words.

    The excerpt is the first one with most different words; if none is below the masthead, it begins
    there.
    """
    text, marks = _unmarked(marked)
    body = begin = body_start(text)
    inside = [mark for mark in marks if mark.start >= body]
    if inside:
        begin = _lead(text, _best(text, inside).start, begin)
    end = min(len(text), begin + LENGTH)
    if end < len(text) and " " in text[begin:end]:
        end = begin + text[begin:end].rindex(" ")
    shown = _with_marks(text, begin, end, [m for m in inside if begin <= m.start and m.end <= end])
    return f"{'…' if inside and begin > body else ''}{shown.strip()}" + (
        "…" if end < len(text) else ""
    )


def _unmarked(marked: str) -> tuple[str, list[_Found]]:
    parts: list[str] = []
    marks: list[_Found] = []
    at = 0
    for n, part in enumerate(_mark.split(marked)):
        parts.append(part)
        if n % 2 and len(marks) < _MOST_MARKS:
            marks.append(_Found(at, at + len(part)))
        at += len(part)
    return "".join(parts), marks


def _best(text: str, marks: Sequence[_Found]) -> _Found:
    """Return the first mark of the window with the most different words."""
    best, most = marks[0], 0
    for n, mark in enumerate(marks):
        window = [m for m in marks[n : n + 20] if m.end <= mark.start + LENGTH - BEFORE]
        different = len({text[m.start : m.end].casefold() for m in window})
        if different > most:
            best, most = mark, different
    return best


def _lead(text: str, mark: int, floor: int) -> int:
    """Return the start before a mark: of the sentence, or a few words before."""
    begin = max(floor, mark - BEFORE)
    if begin == floor:
        return begin
    if breaks := list(_sentence.finditer(text, begin, mark)):
        return breaks[-1].end()
    return text.index(" ", begin) + 1 if " " in text[begin:mark] else begin


def _with_marks(text: str, begin: int, end: int, marks: Sequence[_Found]) -> str:
    shown, at = "", begin
    for mark in marks:
        shown += f"{text[at : mark.start]}{MARK_START}{text[mark.start : mark.end]}{MARK_END}"
        at = mark.end
    return shown + text[at:end]
