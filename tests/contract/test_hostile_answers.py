"""Whatever an answer holds, a spider takes it as steps and failures, and its reader makes rows.

`python -m tests.contract.test_hostile_answers 200000` tries as many by hand.
"""

import json
import random
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from scrapy import Request

from archive.canonical import encode
from harvester.index.columns import fitted
from harvester.source.spider import SourceSpider
from harvester.source.steps import Failure, Step
from tests.contract.test_spiders import CASES, SOURCES, answers_of, first_request, items_of

EXAMPLES = 40
"""For each source; each takes some milliseconds."""
SHARPEST = [
    "", " ", "0", "-1", "1", "2", "²", "٣", "1_000", "1e9", "NaN", "nil", "true", "TRUE", "False",
    str(2**31), str(2**53), str(2**63 - 1), str(2**63), str(-(2**63) - 1), "9" * 30, "5" * 5000,
    "0000-01-01", "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "2026-02-30", "5008-06-01",
    "9999-12-31T23:59:59-14:00", "9999-12-31", "2026-03-29T02:30:00",
    "2026-10-25T02:30:00.12345678",
    "2026-11-20T10:00:60Z", "2026-W10-1", "20261120", "gisteren", "24:00", "2026-11-20T24:00:00",
    "../../etc/passwd", "a/b", "'; DROP TABLE paper; --", "http://127.0.0.1/", "javascript:x", ";",
    "36900;36901; ;", "\u202e", "\ufeff", "\u2028", "\U0001f4a9", "é" * 3000, "<b>&amp;", "]]>",
]  # fmt: skip
"""What has broken readers before, here or elsewhere."""
_plain = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=40
)
VALUES = st.one_of(st.sampled_from(SHARPEST), _plain, st.integers().map(str))


@cache
def captures(source: str) -> list[Path]:
    """The captures of a source: answers to its first request, and to those that follow."""
    return [path for name, path in CASES if name == source] + answers_of(source)


@st.composite
def changed(draw: st.DrawFn, source: str) -> tuple[Path, bytes]:
    """Return a capture with other values in some of its places."""
    path = draw(st.sampled_from(captures(source)))
    make = changed_json if path.suffix == ".json" else changed_xml
    return path, draw(make(path.read_bytes()))


@st.composite
def changed_xml(draw: st.DrawFn, body: bytes) -> bytes:
    """Return a document with other values in some of its elements and attributes."""
    root = etree.fromstring(body)
    elements = list(root.iter(etree.Element))
    for _ in range(draw(st.integers(1, 4))):
        element = elements[draw(st.integers(0, len(elements) - 1))]
        match draw(st.integers(0, 5)):
            case 0 | 1 | 2:
                element.text = draw(VALUES)
            case 3 if element.keys():
                element.set(draw(st.sampled_from(sorted(map(str, element.keys())))), draw(VALUES))
            case 4 if element.getparent() is not None:
                element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))
            case _:
                element.set(draw(st.sampled_from(["a", "ref", "id", "scheme"])), draw(VALUES))
    return etree.tostring(root, encoding="UTF-8")


@st.composite
def changed_json(draw: st.DrawFn, body: bytes) -> bytes:
    """Return a value with others in some of its places: of another type, doubled, or left out."""
    try:
        root = [json.loads(body)]
    except ValueError:  # one of the strange ones
        return body
    for _ in range(draw(st.integers(1, 4))):
        place, key = draw(st.sampled_from(list(places(root))))
        match draw(st.integers(0, 5)):
            case 0 | 1:
                place[key] = draw(VALUES)
            case 2:
                place[key] = draw(st.sampled_from([None, True, 0, -1, 2**70, 1.5, [], {}, [[]]]))
            case 3:
                place[key] = [place[key], place[key]]
            case 4 if isinstance(place, dict):
                del place[key]
            case _:
                place[key] = {draw(VALUES): place[key]}
    return json.dumps(root[0], ensure_ascii=False).encode("utf-8", "surrogatepass")


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container inside a value, with each of its keys."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@st.composite
def broken(draw: st.DrawFn, source: str) -> tuple[Path, bytes]:
    """Return a capture with bytes cut out, put in, or put elsewhere."""
    path = draw(st.sampled_from(captures(source)))
    body = path.read_bytes()
    dice = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(1, 4))):
        here, there = sorted(dice.randrange(len(body) + 1) for _ in range(2))
        there = min(there, here + dice.choice((1, 5, 400)))
        put = draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from(
                    [b"&#x1F;", b"<", b">", b"&", b"\x00", b"</entry>", b"<entry>", b'"']
                ),
            )
        )
        body = body[:here] + put + body[there:]
    return path, body


def take(source: type[SourceSpider], changed: Mapping[Path, bytes]) -> Iterator[Step]:
    """Give a spider the answers to what it asks, some of them changed; return its steps."""
    for name, page in CASES:
        if name == source.name and (page in changed or answers_of(name)):
            body = changed[page] if page in changed else page.read_bytes()
            for item in items_of(name, first_request(source), body, changed):
                if isinstance(item, Step):
                    yield item
                else:
                    assert isinstance(item, Request | Failure)


def check(source: type[SourceSpider], changed: Mapping[Path, bytes]) -> int:
    """Take answers, and read what they bring; return how many records those are."""
    count = 0
    for step in take(source, changed):
        encode(step.cursor)
        for aside in step.asides:
            line = aside.to_json()
            encode(line)
            assert type(aside).from_json(line) == aside
        for entry in step.observations:
            line = entry.to_json()
            encode(line)
            assert type(entry).from_json(line) == entry
            reading = source.read(entry)
            assert fitted(reading) == reading
            count += 1
    return count


@pytest.mark.parametrize("name", SOURCES)
def test_every_capture_brings_something(name: str) -> None:
    pages = {path: path.read_bytes() for source, path in CASES if source == name}
    assert check(SOURCES[name], pages) >= 10


def property_of(name: str, examples: int) -> None:
    """Try as many answers of a source."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(changed(name), broken(name)))
    def holds(changed: tuple[Path, bytes]) -> None:
        check(SOURCES[name], dict([changed]))

    holds()


@pytest.mark.parametrize("name", SOURCES)
def test_no_answer_is_too_hostile(name: str) -> None:
    property_of(name, EXAMPLES)


if __name__ == "__main__":
    for each in SOURCES:
        property_of(each, int(sys.argv[1]) // len(SOURCES))
        print(f"{each}: nothing found")
