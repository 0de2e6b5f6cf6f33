"""The canonical form of JSON, of compression, of sealed documents."""

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import canonical
from archive.errors import EntryInvalid

texts = st.text(st.characters(exclude_categories=["Cs"]))
integers = st.integers(-canonical.INTEGER_LIMIT, canonical.INTEGER_LIMIT)
values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values)
def test_any_value_comes_back_from_its_canonical_form(value: canonical.JSON) -> None:
    data = canonical.encode(value)
    assert canonical.decode(data) == value
    assert json.loads(data) == value
    assert canonical.is_canonical(data)
    assert b"\n" not in data


@given(st.dictionaries(texts, integers, min_size=2))
def test_the_order_in_which_keys_were_added_does_not_show(value: dict[str, int]) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical.encode(backwards) == canonical.encode(value)


def test_the_form_is_the_one_that_the_specification_shows() -> None:
    value: canonical.JSON = {"b": [1, True, None], "a": 'é\n"\\\x01\x7f\u2028/', "A": {}}
    expected = '{"A":{},"a":"é\\n\\"\\\\\\u0001\x7f\u2028/","b":[1,true,null]}'
    assert canonical.encode(value) == expected.encode()


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, -(2**53), "\ud800", {1: 2}, {"a": {1, 2}}, b"x"]
)
def test_what_the_form_cannot_hold_is_refused(value: canonical.JSON) -> None:
    with pytest.raises(EntryInvalid):
        canonical.encode(value)


@pytest.mark.parametrize(
    "data",
    [
        *(b'{"b":1,"a":2}', b'{"a": 1}', b'"\\u00e9"', b'{"a":1,"a":1}', b"1.0", b"1e2", b"NaN"),
        *(b"\xff", b"[" * 100_000, b'"\\ud800"', b"9007199254740992", b" 1", b'"\\/"', b""),
    ],
)
def test_other_ways_to_write_a_value_are_not_canonical(data: bytes) -> None:
    assert not canonical.is_canonical(data)


@given(st.binary(max_size=3000))
def test_any_content_comes_back_from_its_packed_form(content: bytes) -> None:
    packed = canonical.pack(content)
    assert canonical.unpack(packed) == content
    assert zlib.decompress(packed, 31) == content
    assert canonical.pack(content) == packed


def test_only_one_whole_member_with_the_fixed_header_unpacks() -> None:
    packed = canonical.pack(b"content" * 100)
    for damaged in (
        b"",
        packed[:-1],
        packed[:20],
        packed + b"\0",
        packed + packed,
        zlib.compress(b"content" * 100, wbits=31),
        packed[:-5] + b"\0" + packed[-4:],
    ):
        with pytest.raises(ValueError, match=r"header|cut|follows|decompressible"):
            canonical.unpack(damaged)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = canonical.pack(b"0" * 100_000)
    monkeypatch.setattr(canonical, "CONTENT_LIMIT_BYTES", 99_999)
    with pytest.raises(ValueError, match="larger than 99999 bytes"):
        canonical.unpack(packed)


def test_content_of_exactly_the_limit_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = canonical.pack(b"0" * 100_000)
    monkeypatch.setattr(canonical, "CONTENT_LIMIT_BYTES", 100_000)
    assert len(canonical.unpack(packed)) == 100_000


@given(st.dictionaries(texts, integers), st.data())
def test_a_sealed_document_with_any_byte_changed_does_not_unseal(
    document: dict[str, int], data: st.DataObject
) -> None:
    sealed = canonical.seal(document)
    plain = {name: value for name, value in document.items() if name != "sha256"}
    assert {**canonical.unseal(sealed), "sha256": 0} == {**plain, "sha256": 0}
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytearray(sealed)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ValueError, match=r".*"):
        canonical.unseal(bytes(changed))
