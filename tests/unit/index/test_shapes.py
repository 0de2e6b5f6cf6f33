"""What parliaments of other shapes say: claims, abstention, whole rolls, copies, inline texts."""

from pathlib import Path

import pytest

from archive.entries import Entry
from harvester.index import Index
from harvester.index.columns import fitted
from harvester.index.memory import IndexMemory
from harvester.source import domain
from harvester.source.domain import Reading
from tests.unit.index.makers import SOURCE, document, filled, link, record, ref, row, select


def claim(ordinal: int, **values: object) -> domain.MotionClaim:
    made: domain.MotionClaim = row(domain.MotionClaim, ordinal=ordinal, **values)
    return made


def made(tmp_path: Path, *entries: Entry) -> Index:
    return filled(tmp_path / "index.sqlite", entries)


@pytest.mark.parametrize(
    ("outcomes", "outcome"),
    [
        (["adopted", "adopted"], "adopted"),
        (["adopted", "rejected"], "partly adopted"),
        (["rejected", "rejected"], "rejected"),
        (["rejected", "lapsed"], None),
        (["adopted", None], None),
        ([], None),
    ],
)
def test_a_motion_fares_as_its_claims_do(
    tmp_path: Path, outcomes: list[str | None], outcome: str | None
) -> None:
    claims = [claim(n, outcome=said, advice="against") for n, said in enumerate(outcomes, 1)]
    index = made(tmp_path, document("m", *claims, kind="motion"))
    advice = "against" if outcomes else None
    assert select(index, "SELECT outcome, advice FROM paper") == [(outcome, advice)]
    index.close()


def test_a_record_may_be_a_whole_roll_and_abstention_is_counted(tmp_path: Path) -> None:
    choices = ["for", "for", "against", "abstain", "absent"]
    votes = [
        row(domain.Vote, ordinal=n, decision_id="b", choice=choice, actor_name=f"M {n}",
            actor_party="A", party_size=5)
        for n, choice in enumerate(choices, 1)
    ]  # fmt: skip
    decision = row(domain.Decision, outcome="adopted", method="roll call")
    index = made(
        tmp_path,
        document("m", link("document_case", "z"), kind="motion"),
        record("z", row(domain.Case, number="1", kind="motion")),
        record("b", decision, link("decision_case", "z")),
        record("roll", *votes),
    )
    counts = "SELECT votes_for, votes_against, votes_abstained, votes_absent FROM paper"
    assert select(index, counts) == [(2, 1, 1, 1)]
    assert select(index, "SELECT count(*) FROM vote WHERE weight = 1") == [(5,)]
    index.close()


def test_a_copy_goes_with_its_paper_and_stands_beside_it(tmp_path: Path) -> None:
    index = made(
        tmp_path,
        document("de", language="de"),
        document("fr", link("copy_document", "de"), kind="copy", language="fr"),
        document("orphan", link("copy_document", "nobody"), kind="copy"),
    )
    found = select(
        index,
        "SELECT p.number, p.kind, p.language, q.number FROM paper AS p "
        "LEFT JOIN paper AS q ON q.document_key = p.parent_document_key ORDER BY 1",
    )
    assert found == [("N-de", "letter", "de", None), ("N-fr", "copy", "fr", "N-de")]
    index.close()


def test_of_rows_that_a_record_can_have_once_the_first_stays_and_the_others_are_told() -> None:
    first = row(domain.Decision, outcome="adopted")
    second = row(domain.Decision, outcome="rejected")
    vote = row(domain.Vote, ordinal=1, choice="for")
    reading = fitted(Reading((first, second, first, vote, vote)))
    assert reading.rows == (first, vote)
    assert reading.unknown == ("Decision: more than one in a record",)


def test_a_source_without_dossiers_compares_what_it_lists_by_the_beginning_of_ids(
    tmp_path: Path,
) -> None:
    gone = record("H102c", state="withdrawn")
    index = made(tmp_path, document("H102a"), document("H102b"), document("H201a"), gone)
    memory = IndexMemory(index.connection, SOURCE)
    assert memory.present("Thing", "H102", "", 9) == ["H102a", "H102b"]
    assert memory.present("Thing", "H102", "H102a", 9) == ["H102b"]
    assert memory.present("Thing", "", "", 2) == ["H102a", "H102b"]
    assert memory.present("Other", "", "", 2) == []
    index.close()


def test_a_text_in_a_record_is_known_to_be_there_and_not_kept_twice(tmp_path: Path) -> None:
    offered = domain.OfferedFile("text", "u", "text/html", None, content="<p>Words</p>")
    index = made(tmp_path, document("m", offered))
    assert select(index, "SELECT name, is_inline FROM offered_file") == [("text", 1)]
    assert "Words" not in str(list(index.connection.iterdump()))
    index.close()


def test_a_claim_names_the_decision_that_settled_it(tmp_path: Path) -> None:
    one = claim(1, decision_id="b", yes_supports=0)
    index = made(tmp_path, document("m", one, kind="motion"), record("b", row(domain.Decision)))
    found = select(
        index, "SELECT r.id FROM motion_claim AS c JOIN record AS r ON r.key = c.decision_key"
    )
    assert found == [(ref("b"),)]
    index.close()


@pytest.mark.parametrize("content", ["", "a\0b", "\ud800", "<p>å</p>"])
def test_a_file_in_a_record_may_hold_anything(content: str) -> None:
    offered = domain.OfferedFile("text", "u", "text/html", None, content=content)
    assert fitted(Reading((offered,))) == Reading((offered,))


def test_no_other_session_is_among_those_that_a_list_is_compared_with(tmp_path: Path) -> None:
    index = made(tmp_path, *(document(id_) for id_ in ("H1", "H10", "H1é", "H2", "h1")))
    memory = IndexMemory(index.connection, SOURCE)
    assert memory.present("Thing", "H1", "", 9) == ["H1", "H10", "H1é"]
    index.close()
