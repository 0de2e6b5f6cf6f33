"""The Riksdag beside a Dutch source in one archive, from the harvest to a takedown."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from archive.statements import new_key
from tests.end_to_end.feeds import check_atom
from tests.end_to_end.lived import query
from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator
from tests.end_to_end.sites import SIGNING, Site, serving

SWEDISH = "spiders.sweden.simulator.__main__:command"
SETTINGS = """
[sources.riksdagen]
url = "{url}"
delay_s = 0
confirm_after_h = 0
page_size = 5
"""
SPLIT = """SELECT p.id FROM paper AS p JOIN motion_claim AS c ON c.key = p.document_key
WHERE p.source = 'riksdagen' GROUP BY p.id
HAVING count(*) = 5 AND count(DISTINCT c.outcome) = 2 ORDER BY p.id LIMIT 1"""


@pytest.fixture(scope="module")
def riksdag() -> Iterator[Simulator]:
    arguments = ("--seed", "7", "--size", "0.5", "--today", "2026-10-10")
    with running_simulator(*arguments, program=SWEDISH) as running:
        yield running


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, riksdag: Simulator) -> Iterator[Griffie]:
    """An archive of two parliaments, harvested some times; tests before the last only read it."""
    with running_simulator("--seed", "7", "--size", "0.1") as tweedekamer:
        folder = tmp_path_factory.mktemp("both")
        settings = SETTINGS.format(url=riksdag.url) + SIGNING
        griffie = Griffie.at(folder, tweedekamer, extra=settings)
        (folder / "griffie.key").write_bytes(new_key())
        griffie.harvest(code=None)
        for day in range(4):
            # The last one confirms what the one before missed.
            if day in (1, 2):
                riksdag.advance(5)
            assert griffie.harvest(source="riksdagen")["outcome"] == "complete"
        yield griffie


@pytest.fixture(scope="module")
def site(both: Griffie) -> Iterator[Site]:
    with serving(both) as running:
        yield running


def test_what_is_held_is_what_the_riksdag_serves(both: Griffie, riksdag: Simulator) -> None:
    held = query(
        both.index,
        "SELECT id, state FROM record WHERE source = 'riksdagen' "
        "AND substr(id, 1, instr(id, '/') - 1) IN ('mot', 'skr', 'rskr', 'bet') ORDER BY id",
    )
    present = [id_ for id_, state in held if state == "present"]
    assert present == riksdag.state()["documents"]
    assert [id_ for id_, state in held if state == "withdrawn"]


def test_no_row_of_one_parliament_is_of_the_other(both: Griffie) -> None:
    assert query(
        both.index, "SELECT source, language FROM paper WHERE source = 'riksdagen' GROUP BY 1, 2"
    ) == [("riksdagen", "sv")]
    assert not query(
        both.index,
        "SELECT * FROM link AS l JOIN record AS r ON r.key = l.key "
        "JOIN record AS o ON o.key = l.to_key WHERE r.source <> o.source",
    )
    both.run("verify")
    both.run("rebuild", "--check")


def test_a_motions_page_shows_each_claim_with_advice_fate_and_votes(
    both: Griffie, site: Site
) -> None:
    [(paper,)] = query(both.index, SPLIT)
    page = site.get(f"paper/{quote(paper, safe='')}")
    data = json.loads(site.get(f"paper/{quote(paper, safe='')}.json").body)
    assert page.status == 200
    assert paper in page.text
    first, *_, last = data["claims"]
    assert (first["advice"], first["outcome"]) == ("against", "rejected")
    assert (last["advice"], last["outcome"], last["votes"]) == ("for", "adopted", {})
    # Yes was for the committee, which wanted to reject the claim.
    assert first["votes"]["against"] > first["votes"]["for"] > 0
    assert first["votes"]["abstain"] > 0
    assert sum(first["votes"].values()) == 39
    assert first["report_paper"] == first["report"]
    assert 'lang="sv"' in page.text


def test_search_pages_feeds_and_names_work_as_for_a_dutch_motion(both: Griffie, site: Site) -> None:
    [(paper,)] = query(both.index, SPLIT)
    [(word,)] = query(both.index, f"SELECT title FROM paper WHERE id = '{paper}'")
    found = site.search(word.split()[0], ".json")
    assert paper in found.text, found.text
    assert paper in site.search(paper).text or site.search(paper).status == 302
    feed = site.search("Riksdagen", ".atom")
    check_atom(feed.body)
    [(id_,)] = query(
        both.index,
        "SELECT substr(r.id, 5) FROM paper AS p JOIN record AS r ON r.key = p.document_key "
        f"WHERE p.id = '{paper}'",
    )
    assert site.get(f"paper/{id_}").status in (200, 301, 302)


def test_what_a_report_cites_is_a_link_to_the_motion(both: Griffie) -> None:
    cited = query(
        both.index,
        "SELECT count(*) FROM reference AS r JOIN paper AS p ON p.id = r.cited "
        "WHERE r.paper LIKE 'bet.%' AND p.kind = 'motion'",
    )
    assert cited[0][0] > 0


def test_a_snapshot_a_follower_and_a_day_before_have_it_too(both: Griffie, tmp_path: Path) -> None:
    both.run("snapshot", "create", "--name", "first")
    snapshot = both.archive / "snapshots" / "first"
    assert (snapshot / "csv" / "claims.csv.gz").exists()
    told = "".join(path.read_text() for path in snapshot.glob("*.json"))
    assert "Sveriges riksdag" in told
    config = 'archive = "archive"\nindex = "index.sqlite"\n'
    (tmp_path / "griffie.toml").write_text(config, encoding="utf-8")
    follower = Griffie(tmp_path)
    follower.run("follow", str(both.archive), "--once")
    assert differences(both, follower) == []
    [(earlier,)] = query(
        both.index,
        "SELECT min(written_at) FROM segment WHERE source = 'riksdagen' AND written_at > "
        "(SELECT max(written_at) FROM segment WHERE source = 'tweedekamer')",
    )
    both.run("rebuild", "--as-of", earlier, "-o", str(tmp_path / "then.sqlite"))
    then = query(tmp_path / "then.sqlite", "SELECT count(*) FROM paper WHERE source = 'riksdagen'")
    now = query(both.index, "SELECT count(*) FROM paper WHERE source = 'riksdagen'")
    assert then < now


def test_faults_of_the_source_lose_nothing(both: Griffie, riksdag: Simulator) -> None:
    present = "SELECT count(*) FROM record WHERE source = 'riksdagen' AND state = 'present'"
    before = query(both.index, present)
    riksdag.fault(kind="capped", page=1)
    assert both.harvest(source="riksdagen", code=None)["outcome"] != "complete"
    riksdag.heal()
    riksdag.fault(kind="unlisted")
    both.harvest(source="riksdagen", code=None)
    riksdag.heal()
    assert query(both.index, present) == before


def test_a_swedish_motion_is_proved_and_taken_down(both: Griffie) -> None:
    [(paper,)] = query(both.index, SPLIT)
    proof = both.folder / "proof.json"
    both.run("proof", paper, "-o", str(proof))
    assert re.search(rb"riksdagen", proof.read_bytes())
    both.run("takedown", paper, "--reason", "a court order", "--yes")
    with serving(both) as running:
        page = running.get(f"paper/{quote(paper, safe='')}")
    assert "Taken down" in page.text
    assert "a court order" in page.text
    both.run("verify")
