"""The order in which records arrive, and how they fall into segments, says nothing.

Save of who was called by a number or an official id first: it stays his (test_holdings.py).
"""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.entries import Entry
from harvester.index import compare
from harvester.source import domain
from tests.unit.index.makers import (
    DOCUMENT,
    document,
    file,
    filled,
    link,
    record,
    row,
    select,
    withdrawn,
)
from tests.unit.index.test_refresh import MOTION, actor, publication

STATES: list[Entry] = [
    *MOTION,
    document("a", link("document_dossier", "d"), current_version_id="va"),
    document("c"),
    document("x", link("annex_document", "a"), kind="annex"),
    document("g", number="N-g"),
    publication("va", "a", "kst-1-2"),
    publication("vc", "c", "kst-1-4", number=2),
    record("d", row(domain.Dossier, number=36900, suffix="VI")),
    actor("s", "Cor", "signatory", document_id="a"),
]
FILES: list[Entry] = [file("a", "one"), file("m", "two"), file("x", "one")]
GONE: list[Entry] = [withdrawn("c"), withdrawn("v2"), withdrawn("g")]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(STATES), st.permutations(GONE), st.lists(st.integers(1, 6), max_size=12))
def test_any_order_and_any_split_give_the_same_papers(
    states: list[Entry], gone: list[Entry], sizes: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "first.sqlite", Path(folder) / "second.sqlite"
        filled(first, [*STATES, *FILES, *GONE]).close()
        entries, groups = [*states, *FILES, *gone], []
        for size in sizes:
            groups.append(entries[:size])
            entries = entries[size:]
        filled(second, *(group for group in groups if group), entries or [FILES[0]]).close()
        skipped = ("checkpoint", "retrieval", "segment")
        found = [
            str(difference)
            for difference in compare(first, second, ignore_provenance=True)
            if difference.table not in skipped
        ]
        assert found == []


def test_the_papers_of_that_test_are_worth_comparing(tmp_path: Path) -> None:
    index = filled(tmp_path / "index.sqlite", [*STATES, *FILES, *GONE])
    assert select(index, f"SELECT {DOCUMENT}, id, is_withdrawn FROM paper ORDER BY 1") == [
        ("a", "kst-1-2", 0), ("c", "kst-1-4", 1), ("g", "N-g", 1), ("m", "N-m", 0), ("x", "N-x", 0),
    ]  # fmt: skip
    index.close()
