"""Every document that code or a guide refers to is in the repository, with the section named."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = ("archive", "harvester", "spiders", "config", "tests")
SUFFIXES = frozenset({".py", ".sql", ".toml", ".md", ".html"})
DUTCH = "spiders/netherlands"
GUIDES = {
    f"{DUTCH}/officielepublicaties": f"{DUTCH}/officielepublicaties/README.md",
    f"{DUTCH}/openoverheid": f"{DUTCH}/openoverheid/README.md",
    f"{DUTCH}/simulator/portal": f"{DUTCH}/openoverheid/README.md",
    f"{DUTCH}/simulator/koop": f"{DUTCH}/officielepublicaties/README.md",
    f"{DUTCH}/tweedekamer": f"{DUTCH}/tweedekamer/README.md",
    f"{DUTCH}/simulator": f"{DUTCH}/tweedekamer/README.md",
    "spiders/sweden": "spiders/sweden/riksdagen/README.md",
    "tests/unit/sweden": "spiders/sweden/riksdagen/README.md",
    "tests/unit/netherlands/openoverheid": f"{DUTCH}/openoverheid/README.md",
    "tests/unit/netherlands/officielepublicaties": f"{DUTCH}/officielepublicaties/README.md",
    "tests/unit/netherlands/simulator": f"{DUTCH}/tweedekamer/README.md",
}
"""Which guide "the guide" is, by folder; the first that holds the file counts."""
NUMBER = r"(?:\d+(?:\.\d+)?|[Aa]ppendix A)"
LIST = rf"{NUMBER}(?:(?:-|, | and ){NUMBER})*"
_path = re.compile(rf"(?<![\w./-])((?:[\w.-]+/)+[\w.-]+\.md)(?: ({LIST}))?")
_guide = re.compile(rf"\bguide ({LIST})")
_link = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def files() -> list[Path]:
    """Return every file that may refer to a document."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    found += ROOT.glob("*.md")
    return sorted(
        path
        for path in found
        if path.suffix in SUFFIXES and not {"captures", "skeleton"} & set(path.parts)
    )


def sections(document: Path) -> set[str]:
    """Return the numbers of a document's headings, and of the rows of its tables."""
    text = document.read_text(encoding="utf-8")
    numbers = re.findall(rf"^(?:#+|\|) ({NUMBER})\b", text, re.MULTILINE)
    return {number.lower() for number in numbers}


def named(text: str) -> list[str]:
    """Return the sections of a list; of a range its ends."""
    return [number.lower() for number in re.findall(NUMBER, text)]


def where(path: Path, document: str) -> Path | None:
    """Return the document that a file names: from the root, or from a folder around it."""
    for folder in (ROOT, path.parent, *path.parents, ROOT / "spiders" / "netherlands"):
        if folder.is_relative_to(ROOT) and (folder / document).is_file():
            return folder / document
    return None


def faults(path: Path) -> list[str]:
    """Return what a file refers to and is not there."""
    text = path.read_text(encoding="utf-8")
    found = []
    for document, numbers in _path.findall(text):
        if "NAME" in document or "freedonia" in document:
            continue  # made by `griffie new-source`
        target = where(path, document)
        if target is None:
            found.append(f"{document} is not in the repository")
        else:
            missing = set(named(numbers)) - sections(target) if numbers else set()
            found += [f"{document} has no section {number}" for number in sorted(missing)]
    inside = path.relative_to(ROOT).as_posix()
    guide = next((guide for folder, guide in GUIDES.items() if inside.startswith(folder)), None)
    for numbers in _guide.findall(text):
        if guide is None:
            found.append(f"which guide is meant by 'guide {numbers}'?")
        else:
            missing = set(named(numbers)) - sections(ROOT / guide)
            found += [f"{guide} has no section {number}" for number in sorted(missing)]
    if path.suffix == ".md":
        found += [
            f"a link leads to {target}"
            for target in _link.findall(text)
            if not (path.parent / target).exists()
        ]
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_file_refers_to_is_there(path: Path) -> None:
    if path == Path(__file__):
        return
    assert faults(path) == []


def test_a_reference_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    folder = ROOT / DUTCH / "tweedekamer"
    assert where(folder / "feed.py", "no/such.md") is None
    assert "9.9" not in sections(folder / "README.md")
    assert {"1", "1.5", "5.25", "appendix a"} <= sections(folder / "README.md")
