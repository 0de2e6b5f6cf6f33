"""Collect the paragraphs of a tree of elements, for every kind of markup."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.entities import html5

from lxml import etree

from harvester.text.result import ExtractionFailed


def tag_name(element: etree._Element) -> str:
    """Return the name without its namespace."""
    return str(element.tag).rpartition("}")[2]


@dataclass(frozen=True, slots=True)
class Rules:
    """The meaning of the elements of one kind of markup, by local name.

    Attributes:
        is_block: Tells whether an element begins and ends a paragraph.
        skipped: Elements left out with all they hold.
        signs: What an empty element stands for.
        asides: Elements whose paragraphs follow the paragraph they stand in: notes, text boxes.
        rows: Rows of a table.
        cells: Cells of a row.
        texts: The only elements whose text counts; None when all text does.
    """

    is_block: Callable[[etree._Element], bool]
    skipped: frozenset[str] = frozenset()
    signs: Mapping[str, str] = field(default_factory=dict)
    asides: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    cells: frozenset[str] = frozenset()
    texts: frozenset[str] | None = None


def paragraphs(root: etree._Element, rules: Rules) -> list[str]:
    """Collect the paragraphs in reading order; a row of a table is one paragraph."""
    put_entities(root)
    walk = _Walk(rules)
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "end":
            walk.end(element, is_root=element is root)
        elif tag_name(element) in rules.skipped:
            walker.skip_subtree()
        else:
            walk.start(element)
    return walk.finish()


@dataclass(slots=True)
class _Aside:
    """The paragraph that is interrupted by an aside."""

    pieces: list[str]
    paragraphs: list[str]


class _Walk:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._pieces: list[str] = []
        self._done: list[str] = []
        self._after: list[str] = []
        self._asides: list[_Aside] = []
        self._rows: list[tuple[list[str], list[list[str]]]] = []

    def start(self, element: etree._Element) -> None:
        name, rules = tag_name(element), self._rules
        if name in rules.asides:
            self._asides.append(_Aside(self._pieces, self._done))
            self._pieces, self._done = [], []
        elif name in rules.rows:
            self._flush()
            self._rows.append((self._done, []))
            self._done = []
        elif name in rules.cells or rules.is_block(element):
            self._flush()
        if name in rules.signs:
            self._pieces.append(rules.signs[name])
        if element.text and (rules.texts is None or name in rules.texts):
            self._add(element.text)

    def end(self, element: etree._Element, is_root: bool) -> None:
        name, rules = tag_name(element), self._rules
        if name in rules.skipped:
            pass
        elif name in rules.asides:
            self._end_aside()
        elif name in rules.rows:
            self._end_row()
        elif name in rules.cells:
            self._end_cell()
        elif rules.is_block(element):
            self._flush()
        if element.tail and rules.texts is None and not is_root:
            self._add(element.tail)

    def finish(self) -> list[str]:
        self._flush()
        return self._done

    def _add(self, text: str) -> None:
        self._pieces.append(text.replace("\n", " ").replace("\r", " "))

    def _flush(self) -> None:
        paragraph = "".join(self._pieces).strip()
        self._pieces.clear()
        if paragraph:
            self._done.append(paragraph)
        if not self._asides:
            self._done.extend(self._after)
            self._after.clear()

    def _end_aside(self) -> None:
        self._flush()
        aside = self._asides.pop()
        self._after.extend(self._done)
        self._pieces, self._done = aside.pieces, aside.paragraphs

    def _end_cell(self) -> None:
        self._flush()
        if self._rows:
            self._rows[-1][1].append(self._done)
            self._done = []

    def _end_row(self) -> None:
        self._flush()
        before, cells = self._rows.pop()
        loose, self._done = self._done, before
        if all(len(cell) <= 1 for cell in cells):
            row = " | ".join(cell[0] for cell in cells if cell)
            self._done.extend([row] if row else [])
        else:
            self._done.extend(paragraph for cell in cells for paragraph in cell)
        self._done.extend(loose)


def put_entities(root: etree._Element) -> None:
    """Replace every entity that HTML names (`&eacute;`) by its character.

    Raises:
        ExtractionFailed: there is any other entity, since definitions are not loaded.
    """
    for entity in list(root.iter(etree.Entity)):
        name = (entity.text or "").strip("&;")
        character = html5.get(f"{name};")
        parent, before = entity.getparent(), entity.getprevious()
        if character is None or parent is None:
            raise ExtractionFailed(f"refers to an entity that is not looked up: {name}")
        added = character + (entity.tail or "")
        if before is None:
            parent.text = (parent.text or "") + added
        else:
            before.tail = (before.tail or "") + added
        entity.tail = None
        parent.remove(entity)
