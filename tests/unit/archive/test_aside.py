"""What is put aside comes back byte for byte, and readers that do not know it lose nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import canonical
from archive.entries import Aside, Header, parse_segment, write_segment
from archive.errors import EntryInvalid, SegmentDamaged
from tests.unit.archive.makers import TIME, record

HEADER = Header("testland", 1, None, "h", "griffie test", "none", TIME)


def aside(raw: bytes | None) -> Aside:
    return Aside("Document", "Document/1", TIME, "no XML", "https://t/1", "application/xml", raw)


@given(st.binary())
def test_it_comes_back_byte_for_byte(raw: bytes) -> None:
    data = write_segment(HEADER, [record(1)], {"Document": 1}, [aside(raw), aside(None)])
    read = parse_segment(data)
    assert read.asides == (aside(raw), aside(None))
    assert read.entries == (record(1),)
    assert write_segment(read.header, read.entries, read.checkpoint, read.asides) == data


def test_bytes_that_are_text_can_be_read_by_people() -> None:
    assert aside("<x>é&#x1F;</x>".encode()).to_json()["raw"] == "<x>é&#x1F;</x>"
    assert aside(b"\xff").to_json()["raw_base64"] == "/w=="


def test_a_segment_without_any_is_as_it_always_was() -> None:
    without = write_segment(HEADER, [record(1)], {"Document": 1}, [])
    footer = canonical.unpack(without).splitlines()[-1]
    assert json.loads(footer) == {"type": "footer", "entries": 1, "checkpoint": {"Document": 1}}


@pytest.mark.parametrize(
    "change", [{"raw_base64": "/w=="}, {"noted_at": "today"}, {"name": None}, {"raw": 5}]
)
def test_a_malformed_one_is_refused(change: dict[str, object]) -> None:
    line = {**aside(b"x").to_json(), **change}
    with pytest.raises(EntryInvalid):
        Aside.from_json(line)
    footer = {"type": "footer", "entries": 0, "checkpoint": {}, "aside": [line]}
    lines = [json.dumps(each) for each in (HEADER.to_json(), footer)]
    with pytest.raises(SegmentDamaged):
        parse_segment(canonical.pack("".join(f"{each}\n" for each in lines).encode()))


def test_base64_that_is_none_is_refused() -> None:
    line = {**aside(b"\xff").to_json(), "raw_base64": "/w="}
    with pytest.raises(EntryInvalid, match="base64"):
        Aside.from_json(line)
