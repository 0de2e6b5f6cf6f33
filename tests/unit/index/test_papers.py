"""A paper is found by whatever people call it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.index import Index
from harvester.index.papers import file_of, find_paper, versions_of
from tests.unit.index.makers import SOURCE, document, file, filled, withdrawn
from tests.unit.index.test_refresh import publication


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    made = filled(
        tmp_path / "index.sqlite",
        [
            document("a", number="2021D46263"), publication("va", "a", "kst-35925-V-48"),
            document("b", number="2021D00001"), publication("vb", "b", "kst-26485-379"),
            document("c", number="2021D00002"), publication("vc", "c", "kst-36900-XII-A"),
            file("a", "one"), file("b", "two"),
        ],
        [document("a", number="2021D46263", subject="anders"), file("a", "three")],
        [withdrawn("b")],
    )  # fmt: skip
    yield made
    made.close()


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("kst-35925-V-48", "kst-35925-V-48"),
        ("KST-35925-v-48", "kst-35925-V-48"),
        ("35925-V-48", "kst-35925-V-48"),
        ("35 925 V, nr. 48", "kst-35925-V-48"),
        ("35 925 V nr. 48", "kst-35925-V-48"),
        ("35 925-V, 48", "kst-35925-V-48"),
        ("Kamerstuk 35 925 V, nr. 48", "kst-35925-V-48"),
        ("Kamerstukken II 2021/22, 35 925 V, nr. 48", "kst-35925-V-48"),
        ("Kamerstukken II 2021/22, 26 485, nr. 379", "kst-26485-379"),
        ("26485-379", "kst-26485-379"),
        (" 2021D46263 ", "kst-35925-V-48"),
        ("2021d46263", "kst-35925-V-48"),
        ("kst-36900-XII-A", "kst-36900-XII-A"),
        ("35 925 V, nr. 49", None),
        ("48", None),
        ("", None),
        ("' OR 1=1 --", None),
    ],
)
def test_every_spelling_leads_to_the_paper(index: Index, name: str, id_: str | None) -> None:
    assert find_paper(index.connection, name) == id_


def test_each_version_has_its_file(index: Index) -> None:
    first, last = (
        file_of(index.connection, "kst-35925-V-48", SOURCE, version) for version in (1, None)
    )
    assert first is not None
    assert last is not None
    assert (first.version, last.version) == (1, 2)
    assert first.sha256 != last.sha256
    assert versions_of(index.connection, "kst-35925-V-48", SOURCE) == [
        (1, "present", "published"), (2, "present", "changed"),
    ]  # fmt: skip


def test_a_withdrawn_paper_gives_the_last_file_that_it_had(index: Index) -> None:
    found = file_of(index.connection, "kst-26485-379", SOURCE)
    assert found is not None
    assert found.version == 1
    assert file_of(index.connection, "kst-26485-379", SOURCE, 2) is None
    assert file_of(index.connection, "nothing", SOURCE) is None
