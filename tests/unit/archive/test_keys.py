"""Keys that can never leave the archive."""

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import keys
from archive.errors import KeyInvalid


@given(st.text(st.sampled_from("ab./_-= \\~\n\0é"), max_size=12) | st.text(max_size=30))
def test_an_accepted_key_names_one_visible_path_below_the_root(key: str) -> None:
    try:
        keys.check(key)
    except KeyInvalid:
        return
    parts = key.split("/")
    assert PurePosixPath(key).parts == tuple(parts)
    assert (Path("/root") / key).resolve().is_relative_to("/root/" + parts[0])
    assert not any(part.startswith(".") for part in parts)
    assert key.isascii()
    assert key.isprintable()


@pytest.mark.parametrize("sha256", ["", "a" * 63, "A" * 64, "g" * 64, "a" * 64 + "\n", "../" * 22])
def test_only_a_digest_makes_a_payload_key(sha256: str) -> None:
    with pytest.raises(KeyInvalid):
        keys.payload_key(sha256)


@pytest.mark.parametrize("source", ["", "..", "a/b", "Tweede", "1a", "-a", "a b", "a" * 65, "a\n"])
def test_a_source_name_is_a_plain_word(source: str) -> None:
    with pytest.raises(KeyInvalid):
        keys.segment_key(source, 1)


@given(st.integers(1, 9_999_999_999), st.integers(1, 9_999_999_999))
def test_segment_keys_sort_as_their_sequence_numbers(one: int, other: int) -> None:
    first, second = keys.segment_key("s", one), keys.segment_key("s", other)
    assert (first < second) == (one < other)
    assert keys.segment_sequence(first) == one
