"""Real motions from both sources: `pytest --corpus=DIR -m corpus`. Each is one paper."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.processes import Griffie, running_simulator

pytestmark = pytest.mark.corpus

SETTINGS = """
[sources.officielepublicaties]
sru_url = "{url}/sru"
delay_s = 0
manifestations = ["xml"]
reconcile_dossiers = 0
"""


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory, corpus_dir: Path) -> Iterator[Griffie]:
    with running_simulator("--corpus", str(corpus_dir)) as source:
        griffie = Griffie.at(
            tmp_path_factory.mktemp("corpus"), source, extra=SETTINGS.format(url=source.url)
        )
        # The printer first: papers are joined whatever comes first.
        for name in ("officielepublicaties", "tweedekamer"):
            assert griffie.harvest(source=name)["outcome"] == "complete"
        yield griffie


def select(griffie: Griffie, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(griffie.index)) as connection:
        return connection.execute(sql).fetchall()


def without_official_id(corpus: Path) -> set[str]:
    """Documents of which no version states an official id: the printer has no paper for them."""
    stated: set[str] = set()
    with gzip.open(corpus / "DocumentVersie.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["ExterneIdentifier"]:
                stated.add(row["Document_Id"])
    with gzip.open(corpus / "Document.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {r["DocumentNummer"] for r in map(json.loads, lines) if r["Id"] not in stated}


def test_every_printed_motion_is_one_paper_with_its_document(
    harvested: Griffie, corpus_dir: Path
) -> None:
    joined = select(
        harvested,
        "SELECT a.paper, substr(r.id, instr(r.id, '/') + 1) FROM copy AS a "
        "JOIN copy AS b USING (paper) "
        "JOIN record AS r ON r.key = a.document_key "
        "WHERE a.source = 'officielepublicaties' AND b.source = 'tweedekamer'",
    )
    assert len(joined) == 3982
    assert all(paper == printed for paper, printed in joined)
    alone = select(harvested, "SELECT number, source FROM paper WHERE copies = 1")
    assert {source for _, source in alone} == {"tweedekamer"}
    assert {number for number, _ in alone} == without_official_id(corpus_dir)


def test_dossier_and_number_alone_would_join_the_same(harvested: Griffie) -> None:
    wrong = select(
        harvested,
        "SELECT e.document_key, e.expected_id, p.publication_id FROM document_expected AS e "
        "JOIN document_publication AS p USING (document_key) "
        "WHERE e.expected_id IS NOT NULL AND p.publication_id <> e.expected_id",
    )
    # The corpus's dossiers were made from texts and lack the number of the council: 21501-20.
    assert [row for row in wrong if not row[1].startswith("kst-21501-")] == []
    certain = select(
        harvested,
        "SELECT count(*) FROM document_expected AS e JOIN document_publication AS p "
        "USING (document_key) WHERE p.publication_id = e.expected_id",
    )
    assert certain[0][0] > 3600


def test_what_a_motion_says_of_itself_is_what_its_records_say(harvested: Griffie) -> None:
    different = select(
        harvested,
        "SELECT p.id, s.number, p.number_in_dossier FROM paper AS p "
        "JOIN statement AS s ON s.sha256 = p.sha256 WHERE s.number <> p.number_in_dossier",
    )
    assert different == []
