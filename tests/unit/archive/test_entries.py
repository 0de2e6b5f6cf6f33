"""Lines and segments, written and read."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import canonical
from archive.entries import (
    DecisionEntry,
    Declared,
    Enclosure,
    Entry,
    Header,
    HoldEntry,
    PayloadEntry,
    RecordEntry,
    parse_segment,
    write_segment,
)
from archive.errors import EntryInvalid, FormatUnknown, SegmentDamaged
from tests.unit.archive.makers import TIME, digest, failed_payload, payload, record
from tests.unit.archive.test_canonical import texts, values

HEADER = Header("tweedekamer", 1, None, "harvest-1", "griffie 0", "zlib", TIME)
sizes = st.integers(0, canonical.INTEGER_LIMIT)
sha256s = st.text("0123456789abcdef", min_size=64, max_size=64)
times = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
enclosures = st.builds(Enclosure, texts, texts, st.none() | texts, st.none() | sizes)
records = st.builds(
    RecordEntry,
    id=texts,
    state=st.sampled_from(["present", "withdrawn"]),
    observed_at=times,
    fingerprint=sha256s,
    url=texts,
    media_type=texts,
    raw=texts,
    updated=st.none() | texts,
    reason=st.none() | texts,
    enclosures=st.lists(enclosures, max_size=3).map(tuple),
)
maybe = st.none() | texts
declarations = st.builds(Declared, maybe, st.none() | sizes, maybe, maybe)
stored = st.builds(
    PayloadEntry, texts, texts, texts, times, sizes, sha256s, sizes, texts, declarations, maybe
)
missed = st.builds(
    PayloadEntry, texts, texts, texts, times, st.none() | sizes, declared=st.none() | declarations
)


held = st.builds(HoldEntry, times, st.lists(texts, max_size=3).map(tuple))
decided = st.builds(DecisionEntry, times, st.sampled_from(["released", "discarded"]), texts, texts)


@given(
    st.lists(records | stored | missed | held | decided, max_size=8), st.dictionaries(texts, values)
)
def test_any_segment_reads_back_as_it_was_written(
    entries: list[Entry], checkpoint: dict[str, canonical.JSON]
) -> None:
    data = write_segment(HEADER, entries, checkpoint)
    segment = parse_segment(data)
    assert segment.header == HEADER
    assert segment.entries == tuple(entries)
    assert segment.checkpoint == checkpoint
    assert (segment.sha256, segment.size_bytes) == (digest(data), len(data))
    assert write_segment(HEADER, entries, checkpoint) == data
    lines = canonical.unpack(data).split(b"\n")
    assert lines.pop() == b""
    assert all(map(canonical.is_canonical, lines))


def test_an_entry_stands_on_the_line_that_its_place_says() -> None:
    entries: list[Entry] = [record(1), payload(1, b"x"), failed_payload(2)]
    lines = canonical.unpack(write_segment(HEADER, entries, {})).split(b"\n")
    for place, entry in enumerate(parse_segment(write_segment(HEADER, entries, {})).entries):
        assert lines[place + 2 - 1] == canonical.encode(entry.to_json())


def test_what_is_none_is_not_written_and_null_reads_as_none() -> None:
    line = failed_payload(1).to_json()
    assert "sha256" not in line
    assert PayloadEntry.from_json({**line, "sha256": None, "declared": None}) == failed_payload(1)


def _edited(edit: Callable[[list[dict[str, Any]]], object]) -> bytes:
    data = write_segment(HEADER, [record(1), payload(1, b"x")], {"Document": 1})
    lines = [json.loads(line) for line in canonical.unpack(data).split(b"\n")[:-1]]
    edit(lines)
    return canonical.pack(b"".join(canonical.encode(line) + b"\n" for line in lines))


def test_unknown_fields_are_ignored_and_a_later_minor_version_is_read() -> None:
    def edit(lines: list[dict[str, Any]]) -> None:
        lines[0]["format"] = "griffie-log/1.7"
        for line in lines:
            line["added_later"] = {"x": [1]}

    segment = parse_segment(_edited(edit))
    assert segment.entries == (record(1), payload(1, b"x"))
    assert segment.header.format == "griffie-log/1.7"


@pytest.mark.parametrize("name", ["griffie-log/2", "griffie-log/11", "griffie-log/2.1", "warc"])
def test_another_major_version_is_refused_by_name(name: str) -> None:
    data = _edited(lambda lines: lines[0].update(format=name) or lines[1].update(type="novel"))
    with pytest.raises(FormatUnknown, match=name):
        parse_segment(data)


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda lines: lines[1].update(type="novel"), "an entry of type 'novel'"),
        (lambda lines: lines.pop(1), "the footer counts 2 entries, not 1"),
        (lambda lines: lines.pop(), "the last line is not a footer"),
        (lambda lines: lines.pop(0), "the first line is not a header"),
        (lambda lines: lines[-1].update(entries=True), "the footer counts True entries"),
        (lambda lines: lines[-1].pop("checkpoint"), "not an object"),
        (lambda lines: lines[0].update(sequence=0), "sequence 0 is not in"),
        (lambda lines: lines[0].update(sequence=2), "only the first segment has no previous"),
        (lambda lines: lines[0].update(previous="a" * 64), "only the first segment has no prev"),
        (lambda lines: lines[1].update(state="gone"), "state 'gone' is neither"),
        (lambda lines: lines[1].pop("raw"), "raw is not text"),
        (lambda lines: lines[1].update(observed_at="2026-11-23"), "observed_at '2026-11-23'"),
        (lambda lines: lines[1].update(enclosures=["x"]), "not an object"),
        (lambda lines: lines[2].update(size_bytes=-1), "size_bytes is not a whole number"),
        (lambda lines: lines[2].update(sha256="A" * 64), "sha256 is not 64"),
        (lambda lines: lines[2].pop("sha256"), "sha256 and size_bytes come together"),
        (lambda lines: lines[2].update(status="200"), "status is not a whole number"),
    ],
)
def test_a_line_that_breaks_the_format_is_damage(
    edit: Callable[[list[dict[str, Any]]], object], what: str
) -> None:
    with pytest.raises(SegmentDamaged, match=what):
        parse_segment(_edited(edit))


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"{}", b"[]\n[]\n", b"\xff\n\xff\n"])
def test_content_that_is_no_segment_is_damage(content: bytes) -> None:
    with pytest.raises(SegmentDamaged):
        parse_segment(canonical.pack(content))


def test_two_values_on_a_line_are_damage() -> None:
    content = canonical.unpack(write_segment(HEADER, [record(1), record(2)], {}))
    joined = content.replace(b"}\n", b"},", 2).replace(b"},", b"}\n", 1)
    with pytest.raises(SegmentDamaged, match="more than one value"):
        parse_segment(canonical.pack(joined))


@pytest.mark.parametrize(
    "change",
    [
        {"raw": "\ud800"},
        {"raw": None},
        {"observed_at": "2026-11-23T20:15:09Z"},
        {"fingerprint": "short"},
        {"state": "unknown"},
    ],
)
def test_what_could_not_be_read_back_is_not_written(change: dict[str, Any]) -> None:
    with pytest.raises(EntryInvalid):
        write_segment(HEADER, [dataclasses.replace(record(1), **change)], {})


def test_a_checkpoint_with_a_fraction_is_not_written() -> None:
    with pytest.raises(EntryInvalid, match=r"1\.5"):
        write_segment(HEADER, [], {"Document": 1.5})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        (HoldEntry("yesterday", ()), "held_at 'yesterday'"),
        (HoldEntry(TIME, (1,)), "reasons is not a list of text"),  # type: ignore[arg-type]
        (DecisionEntry(TIME, "maybe", "x", "y"), "verdict 'maybe'"),  # type: ignore[arg-type]
    ],
)
def test_a_hold_or_decision_that_says_nothing_clear_is_not_written(entry: Entry, what: str) -> None:
    with pytest.raises(EntryInvalid, match=what):
        write_segment(HEADER, [entry], {})
