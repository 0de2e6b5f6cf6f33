"""Both languages say everything that the pages say, and nothing else."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from harvester.service.conditions import KINDS
from harvester.site.language import LANGUAGES, Words, catalogue, choose
from harvester.site.queries.changes import WHATS
from harvester.site.search_params import FACETS, SORTS
from harvester.source.domain import Advice, Choice, Outcome, PaperKind, Role

SITE = Path(catalogue.__wrapped__.__code__.co_filename).parent
SAID = re.compile(r"""\b(?:t|words)(\.count)?\(\s*"([a-z_0-9.-]+)"(?!\s*~)""")
BEGUN = re.compile(r"""\b(?:t|words)(\.count)?\(\s*f?"([a-z_0-9.-]+)(?:" ~|\{)""")


def sources() -> str:
    kinds = ("*.html", "*.xml", "*.txt", "*.py")
    files = [file for kind in kinds for file in SITE.rglob(kind)]
    files += (SITE.parent / "alerts").rglob("*.py")
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_have_the_same_keys_and_fill_in_the_same() -> None:
    dutch, english = catalogue("nl"), catalogue("en")
    assert dutch.keys() == english.keys()
    assert [key for key in dutch if fields(dutch[key]) != fields(english[key])] == []


def test_every_sentence_that_pages_say_is_there() -> None:
    known, text = catalogue("nl").keys(), sources()
    wanted = set()
    for is_count, key in SAID.findall(text):
        wanted |= {f"{key}.one", f"{key}.other"} if is_count else {key}
    assert len(wanted) > 150
    assert wanted - known == set()


def test_no_sentence_is_there_that_no_page_says() -> None:
    text = sources()
    begun = tuple(key for _, key in BEGUN.findall(text))
    assert begun
    unsaid = [
        key
        for key in catalogue("nl")
        if not key.startswith(("value.", "month.", "failure.", *begun))
        and f'"{key.removesuffix(".one").removesuffix(".other")}"' not in text
    ]
    assert unsaid == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_known_value_has_a_name(language: str) -> None:
    groups = {"kind": PaperKind, "outcome": Outcome, "advice": Advice, "choice": Choice,
              "role": Role}  # fmt: skip
    words = catalogue("nl" if language == "nl" else "en")
    for group, type_ in groups.items():
        for value in get_args(type_):
            assert f"value.{group}.{re.sub('[^a-z]+', '-', value.lower())}" in words
    for group, values in (("facet", FACETS), ("sort", SORTS), ("changes", WHATS)):
        assert {f"{group}.{value}" for value in values} <= words.keys()
    assert {f"value.condition.{kind}" for kind in KINDS} <= words.keys()
    assert {f"kinds.{kind}" for kind in get_args(PaperKind)} <= words.keys()


def test_every_note_of_a_query_has_words() -> None:
    search = SITE.parent / "search"
    text = "".join((search / f"{n}.py").read_text(encoding="utf-8") for n in ("query", "relax"))
    names = set(re.findall(r'self\._?note\("(\w+)"|reader\.note\("(\w+)"', text))
    said = {f"note.{one or other}" for one, other in names}
    assert len(said) > 5
    assert said <= catalogue("en").keys()


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "language"),
    [
        (None, None, None, "nl"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, None, "de,en;q=0.5,nl;q=0.7", "nl"),
        (None, None, "fr", "nl"),
        (None, "en", "nl", "en"),
        ("nl", "en", "en", "nl"),
        ("xx", "yy", "en", "en"),
        (None, None, "en;q=junk, nl;q=0.1", "nl"),
        (None, None, ",;=" * 999, "nl"),
    ],
)
def test_the_language_is_asked_for_then_remembered_then_the_browsers(
    asked: str | None, remembered: str | None, accepted: str | None, language: str
) -> None:
    assert choose(asked, remembered, accepted) == language


def test_what_is_put_into_words_is_escaped() -> None:
    words = Words("en")
    assert "&lt;b&gt;" in words("search.earliest", word="<b>")
    assert words.value("kind", "<i>") == "&lt;i&gt;"
    assert words.count("count.papers", 1) == "1 paper"
    assert Words("nl").count("count.papers", 12_345) == "12.345 stukken"
