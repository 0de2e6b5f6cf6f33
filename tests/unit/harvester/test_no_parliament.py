"""`harvester/` and `archive/` know no language and no parliament; `spiders/` does."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = ("archive", "harvester")

TOKENS = re.compile(
    r"""
    kamer | \bkst\b | ministerie | \bminister[ ]van\b | staatssecretaris | overheid
    | \bmoties?\b | vergaderjaar | handelingen | staten-generaal | griffier\b
    | tweede-?kamer | officiele-?publicatie | \bKOOP\b | \bTK\b | \bEK\b | SyncFeed
    | \bdutch\b | nederland | netherlands | amsterdam | den[ ]haag | the[ ]hague
    | \bthe[ ]house\b | \bNLD\b | ["']nl["']
    | \b\d{2}[ ]\d{3}[ ](?:[IVXLC]+\b|,?[ ]?nr\b) | \b\d{5}-[IVXLC]+\b | (?-i:2\d{3}D\d{5})
    | \b(?:het|een|niet|maar|werd|naar|deze|wordt|zijn|ook|voor|bij|onder|stuk|stukken|brieven
         |besluit|stemming|zaak|persoon|fractie|soort|ontraden|oordeel|verzoekt|aangenomen)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What the Dutch parliament and its sources write, and the commonest Dutch words."""

_ADVICE = "`left to the House` is a stored value, and part of the public tables"
EXCEPTIONS = {
    ("harvester/site/words/nl.toml", ""): "the interface in Dutch is written in Dutch",
    ("harvester/site/words/en.toml", "nederland"): "the name of the other language, in it",
    ("harvester/site/words/en.toml", "the house"): _ADVICE,
    ("harvester/site/metadata.toml", "the house"): _ADVICE,
    ("harvester/source/domain.py", "the house"): _ADVICE,
    ("harvester/site/language.py", '"nl"'): "the code of a language that the interface has",
    ("harvester/*", "soort"): "a column of the index and of its public tables",
}
"""By file and token (a pattern; empty: all of them), each with its reason."""

FILES = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).rglob("*")
    if path.is_file() and path.suffix not in (".pyc", ".png")
)


def _found(text: str) -> list[str]:
    return [match[0] for match in TOKENS.finditer(text)]


def _is_excepted(name: str, token: str) -> bool:
    return any(
        fnmatch(name, file) and re.fullmatch(tokens or ".*", token, re.IGNORECASE | re.DOTALL)
        for file, tokens in EXCEPTIONS
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_word_of_a_language_or_a_parliament_is_outside_its_package(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    found = [
        f"{name}:{number}: {token}"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for token in _found(line)
        if not _is_excepted(name, token)
    ]
    assert not found


def test_every_exception_is_still_needed() -> None:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in FILES}
    for file, tokens in EXCEPTIONS:
        assert any(
            re.fullmatch(tokens or ".*", token, re.IGNORECASE | re.DOTALL)
            for name, text in texts.items()
            if fnmatch(name, file)
            for token in _found(text)
        ), (file, tokens)


@pytest.mark.parametrize("words", ["Tweede Kamer", "kst-36900-XII-48", "36 900 XII", "een brief"])
def test_the_words_of_a_dutch_paper_would_be_found(words: str) -> None:
    assert _found(f"text = {words!r}")
