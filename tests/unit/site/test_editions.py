"""Reprints and corrections lead to their original, and it to them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.index import Index
from harvester.site.queries import papers
from tests.unit.index.makers import document, filled
from tests.unit.index.test_refresh import publication

IDS = ("kst-36900-7", "kst-36900-7-h1", "kst-36900-7-n2", "kst-36900-7-b1", "kst-36900-71",
       "kst-36900-VI-7", "kst-36900-8-h1")  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path: Path = tmp_path_factory.mktemp("editions") / "index.sqlite"
    documents = [document(f"d{n}") for n in range(len(IDS))]
    index = filled(
        path, [*documents, *(publication(f"v{n}", f"d{n}", i) for n, i in enumerate(IDS))]
    )
    yield index
    index.close()


@pytest.mark.parametrize(
    ("paper", "others"),
    [
        ("kst-36900-7", {"kst-36900-7-h1": "h", "kst-36900-7-n2": "n"}),
        ("kst-36900-7-h1", {"kst-36900-7": "original", "kst-36900-7-n2": "n"}),
        ("kst-36900-7-b1", {}),
        ("kst-36900-71", {}),
        ("kst-36900-8-h1", {}),
        ("2026D00001", {}),
    ],
)
def test_editions_know_each_other(index: Index, paper: str, others: dict[str, str]) -> None:
    found = papers.editions(index.connection, paper)
    assert {row["id"]: row["edition"] for row in found} == others
