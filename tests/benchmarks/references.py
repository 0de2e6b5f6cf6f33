"""Measure how well references are read: `python -m tests.benchmarks.references --corpus DIR`.

The truth is the links that the publisher put into the XML of papers; what is measured reads the
same text with the markup taken out. Links to papers count, once for each place.

DIR holds `motions/koop-xml.tar.gz`, or XML files at any depth; `--captures` adds another folder.
"""

import argparse
import re
import tarfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from harvester.source.reference import Reference
from harvester.text.markup import xml_tree
from harvester.text.result import ExtractionFailed
from spiders.netherlands.reading.links import link_references
from spiders.netherlands.reading.references import find_references

LEGEND = """\
missed: the publisher's link names what the words were not read to say. Where the words themselves
  lead to another paper, the link is at fault, not the reading: `words` stands beside it.
not linked: words that were read as a paper and bear no link. The publisher links by hand and leaves
  some out, so each is judged by its words: it is right when they spell out dossier and number.
other: words and link at the same place name different papers; one of them is wrong."""
BLOCKS = frozenset(
    ("al", "titel", "li", "entry", "tussenkop", "noot.al", "dossiernr", "tekstregel")
)
ROOTS = frozenset(("officiele-publicatie", "kamerwrk", "handeling", "vraagdoc"))
ARCHIVE = "motions/koop-xml.tar.gz"


class Score(NamedTuple):
    """What one paper showed."""

    name: str
    linked: list[Reference]
    found: list[Reference]
    text: str
    spent_s: float
    """CPU time that the reading took."""

    def missed(self) -> list[Reference]:
        """Links to papers that the words were not read to name."""
        return [link for link in self.linked if not any(_agree(link, one) for one in self.found)]

    def false(self) -> list[Reference]:
        """Readings where the publisher's link at the same place names another paper."""
        return [one for one in self._linkless() if any(_overlap(one, link) for link in self.linked)]

    def not_linked(self) -> list[Reference]:
        """Readings where the publisher has no link."""
        wrong = self.false()
        return [one for one in self._linkless() if one not in wrong]

    def _linkless(self) -> list[Reference]:
        return [one for one in self.found if not any(_agree(one, link) for link in self.linked)]


def _overlap(one: Reference, other: Reference) -> bool:
    return one.start < other.end and other.start < one.end


def _agree(one: Reference, other: Reference) -> bool:
    return one.target == other.target and _overlap(one, other)


def score(name: str, root: etree._Element) -> Score:
    """Read one paper."""
    text, marks = marked_text(root)
    linked = [link for link in link_references(text, marks) if link.kind == "paper"]
    started = time.process_time()
    found = find_references(text)
    spent_s = time.process_time() - started
    return Score(name, linked, [one for one in found if one.kind == "paper"], text, spent_s)


def marked_text(root: etree._Element) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the text of a paper without markup, and where its links stand."""
    pieces: list[str] = []
    marks: list[tuple[int, int, str]] = []
    length = 0

    def add(piece: str | None) -> None:
        nonlocal length
        pieces.append(piece or "")
        length += len(piece or "")

    def walk(element: etree._Element) -> None:
        is_block = element.tag in BLOCKS
        add("\n\n" if is_block else " " if element.tag == "noot" else "")
        start = length
        add(element.text)
        for child in element:
            walk(child)
            add(child.tail)
        if element.tag == "extref":
            marks.append((start, length, element.get("doc", "")))
        add("\n\n" if is_block else "")

    walk(root)
    return "".join(pieces), marks


def papers(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every XML file of a folder."""
    if (folder / ARCHIVE).is_file():
        with tarfile.open(folder / ARCHIVE) as archive:
            for member in archive:
                opened = archive.extractfile(member) if member.name.endswith(".xml") else None
                if opened is not None:
                    yield member.name, opened.read()
        return
    for path in sorted(folder.rglob("*.xml")):
        yield path.name, path.read_bytes()


def report(scores: Sequence[Score]) -> str:
    """Say the figures and list what is to be judged."""
    links = sum(len(one.linked) for one in scores)
    missed = sum(len(one.missed()) for one in scores)
    false = sum(len(one.false()) for one in scores)
    extra = sum(len(one.not_linked()) for one in scores)
    read = links - missed
    worst = read + false + extra
    spelled = sum(_spells_out(each) for one in scores for each in one.not_linked())
    size = sum(len(one.text.encode()) for one in scores) / 1e6
    spent_s = sum(one.spent_s for one in scores) or 1e-9
    lines = [
        f"{len(scores)} texts, {links} links to papers",
        f"recall {_share(read, links)}: {read} of {links}",
        f"precision where there is a link {_share(read, read + false)}",
        "precision, readings without a link right where their words spell out dossier and number "
        f"{_share(read + spelled, worst)}",
        f"precision if every reading without a link were wrong {_share(read, worst)}",
        f"speed {size / spent_s:.1f} MB of text a second on one core, {size:.1f} MB in all",
        "",
        LEGEND,
        "",
    ]
    for one in scores:
        for kind, references in (
            ("missed", one.missed()),
            ("other", one.false()),
            ("not linked", one.not_linked()),
        ):
            lines += [f"{kind}: {one.name}: {_shown(one.text, each)}" for each in references]
    return "\n".join(lines)


def _spells_out(one: Reference) -> bool:
    """Tell whether the words hold every number of what they are read to name."""
    words = re.sub(r"(?<=\d)[\s.](?=\d{3}\b)", "", one.words)
    return all(part in words for part in one.target.split("-")[1:])


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "unknown"


def _shown(text: str, one: Reference) -> str:
    around = " ".join(text[max(0, one.start - 60) : one.end + 30].split())
    return f"{one.target}, words “{one.words}”, in “{around}”"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.references")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="real papers as XML")
    parser.add_argument("--captures", type=Path, metavar="DIR", help="more of them")
    chosen = parser.parse_args(arguments)
    scores = []
    for folder in (chosen.corpus, chosen.captures):
        for name, data in papers(folder) if folder else ():
            try:
                root = xml_tree(data)
            except ExtractionFailed as error:
                print(f"left out: {name}: {error}")
                continue
            if root.tag in ROOTS:
                scores.append(score(name, root))
    print(report(scores))


if __name__ == "__main__":
    main()
