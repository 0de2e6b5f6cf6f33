"""Read official publications in KOOP's two XML vocabularies: text, structure, facts."""

from collections import Counter
from dataclasses import replace

from lxml import etree

from harvester.text.composer import Composer
from harvester.text.result import Mark, MarkKind, Text
from harvester.text.walk import put_entities, tag_name
from spiders.netherlands.printed.statements import facts_of
from spiders.netherlands.printed.vocabulary import (
    ATTRIBUTES,
    BY_PARENT,
    HEAD_ORDER,
    LEGACY,
    MODERN,
    OTHERWISE,
    PARTS,
    Part,
)

_ROOTS = frozenset({MODERN, LEGACY})
NAMES_LIMIT = 100
"""Most unknown names that are reported; a paper of a known vocabulary has a handful."""
_TARGETS = ("doc", "refid", "dossier", "ref")


def read_document(root: etree._Element) -> Text | None:
    """Read an official publication: its text, its structure, its facts.

    Returns:
        None if the tree is in neither of the two vocabularies.

    Raises:
        ExtractionFailed: it refers to an entity that is not looked up.
    """
    if root.tag not in _ROOTS:
        return None
    put_entities(root)
    reading = _Reading(root)
    text, marks = reading.read()
    facts = facts_of(root)
    facts = replace(facts, unknown=(*reading.unknown(), *facts.unknown))
    if not text:
        return Text("empty", reason="only metadata in it", says=facts)
    return Text("ok", text, marks=marks, says=facts)


class _Reading:
    """A recursive walk over the tree, whose depth the parser limits to 256."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._composer = Composer()
        self._census: Counter[str] = Counter()
        self._notes: list[etree._Element] = []
        self._notes_at_end = _notes_at_end(root)
        self._placed: set[etree._Element] = set()
        self._last: list[str] = []
        self._rows = 0
        self._is_after_sign = False
        self._mixed: dict[etree._Element, bool] = {}

    def read(self) -> tuple[str, tuple[Mark, ...]]:
        """Read the whole tree."""
        self._read(self._root, "")
        self._end()
        for words in self._last:
            self._composer.add(words)
            self._end()
        return self._composer.finish()

    def unknown(self) -> tuple[str, ...]:
        """Count unknown names; of very many, only the first are listed."""
        counts = [f"{name}: {count}" for name, count in sorted(self._census.items())]
        if len(counts) > NAMES_LIMIT:
            counts[NAMES_LIMIT:] = [f"other names: {len(counts) - NAMES_LIMIT}"]
        return tuple(counts)

    def _read(self, element: etree._Element, parent: str) -> None:
        name = str(element.tag)
        part = PARTS.get(name)
        if part is None:
            part = self._unknown_part(element)
        elif part is Part.BY_PARENT:
            part = BY_PARENT.get((parent, name)) or OTHERWISE[name]
        for attribute in element.keys():  # noqa: SIM118 - else its children
            if attribute not in ATTRIBUTES:
                self._census[f"{tag_name(element)}@{attribute}"] += 1
        if self._enter(element, part):
            self._read_content(element, part)
            self._leave(part)

    def _read_content(self, element: etree._Element, part: Part) -> None:
        add, name = self._composer.add, str(element.tag)
        if element.text:
            add(element.text)
        for child in element if part is not Part.HEAD else _in_order(element):
            self._read(child, name)
            if child.tail:
                add(child.tail)

    def _enter(self, element: etree._Element, part: Part) -> bool:
        """Handle the start of an element; tell whether to read its content now."""
        composer = self._composer
        is_after_sign, self._is_after_sign = self._is_after_sign, False
        match part:
            case Part.INLINE:
                pass
            case Part.BLOCK | Part.HEADING | Part.LABEL | Part.HEAD:
                if not is_after_sign:
                    self._end()
            case Part.WORD | Part.SIGN | Part.NUMBER:
                composer.begin_word()
            case Part.ITEM:
                self._begin_group("item")
            case Part.LINK | Part.NOTE_LINK:
                if part is Part.NOTE_LINK:
                    composer.begin_word()
                composer.begin_link(_target(element))
            case Part.NOTE:
                self._notes.append(element)
                return False
            case Part.ROW:
                self._end()
                self._rows += 1
                composer.begin_row()
            case Part.CELL if self._rows:
                composer.begin_cell()
            case Part.CELL:
                self._end()
            case _:
                return self._enter_seldom(element, part)
        return True

    def _enter_seldom(self, element: etree._Element, part: Part) -> bool:
        match part:
            case Part.LINE if element.get("inhoud") == "kamernummer":
                self._composer.add(" ")
            case Part.LINE | Part.LINE_END:
                self._composer.end_line()
            case Part.NOTE_PLACE:
                self._place(self._notes_at_end.get(element.get("refid") or ""))
            case Part.NOTE_AT_END:
                self._place(element)
                return False
            case Part.REPEATED:
                self._end()
                return not self._is_said_above(element)
            case Part.LAST:
                self._last.append("".join(element.itertext()))
                return False
        return True

    def _leave(self, part: Part) -> None:
        match part:
            case Part.BLOCK | Part.HEAD | Part.REPEATED:
                self._end()
            case Part.HEADING | Part.NUMBER:
                self._end("heading")
            case Part.SIGN:
                self._composer.add(" ")
                self._is_after_sign = True
            case Part.ITEM:
                self._end_group()
            case Part.LINK | Part.NOTE_LINK:
                self._composer.end_link()
            case Part.CELL if not self._rows:
                self._end()
            case Part.ROW:
                self._rows -= 1
                self._composer.end_row()
                self._read_notes()

    def _end(self, kind: MarkKind | None = None) -> None:
        """End the paragraph; its notes follow."""
        self._composer.end_paragraph(kind)
        self._read_notes()

    def _begin_group(self, kind: MarkKind, target: str | None = None) -> None:
        self._end()
        self._composer.begin_group(kind, target)

    def _end_group(self) -> None:
        self._end()
        self._composer.end_group()

    def _read_notes(self) -> None:
        if not self._notes or self._rows:
            return
        notes, self._notes = self._notes, []
        for note in notes:
            self._begin_group("note", note.get("id"))
            if note.get("nr"):
                self._composer.add(f"{note.get('nr')} ")
                self._is_after_sign = True
            self._read_content(note, Part.NOTE)
            self._end_group()

    def _place(self, note: etree._Element | None) -> None:
        """Place a separate note after this paragraph, unless it has a place."""
        if note is not None and note not in self._placed:
            self._placed.add(note)
            self._notes.append(note)

    def _unknown_part(self, element: etree._Element) -> Part:
        """Treat an unknown element as a paragraph, unless there is text beside it."""
        self._census[tag_name(element)] += 1
        parent = element.getparent()
        if parent is None:
            return Part.BLOCK
        if parent not in self._mixed:
            beside = (parent.text, *(child.tail for child in parent))
            self._mixed[parent] = any(text and not text.isspace() for text in beside)
        return Part.INLINE if self._mixed[parent] else Part.BLOCK

    def _is_said_above(self, element: etree._Element) -> bool:
        head = self._root.find("kop")
        words = "".join(element.itertext()).strip()
        return head is not None and words in "".join(head.itertext())


def _notes_at_end(root: etree._Element) -> dict[str, etree._Element]:
    """Find the separate notes, by the id that references use."""
    return {str(note.get("id")): note for note in root.iter("voetnoot") if note.get("id")}


def _target(element: etree._Element) -> str | None:
    return next((found for name in _TARGETS if (found := element.get(name)) is not None), None)


def _in_order(head: etree._Element) -> list[etree._Element]:
    """Put the lines of a head into reading order, unknown ones last."""
    order = {name: place for place, name in enumerate(HEAD_ORDER)}
    return sorted(head, key=lambda line: order.get(line.get("inhoud") or "", len(order)))
