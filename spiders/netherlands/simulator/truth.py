"""What a perfect harvester of the fictional parliament would hold: the yardstick of tests."""

from typing import Any

from spiders.netherlands.simulator.documents import PDF
from spiders.netherlands.simulator.papers import Paper

OUTCOMES = {
    "Stemmen - aangenomen": "adopted",
    "Stemmen - verworpen": "rejected",
    "Stemmen - gestaakt": "tied",
    "Stemmen - aangehouden": "held",
    "Stemmen - ingetrokken": "retracted",
}


def paper_truth(paper: Paper) -> dict[str, Any]:
    """Describe a paper.

    `versions` counts the distinct states of its Document published since the start (content,
    withdrawal, return); `silent_file_changes` the times that only the bytes changed. `word`
    occurs in the present text and in no other; the PDF breaks it over two lines. `kst` is None
    until the official id is published. `cites` are the motions that a letter answers, `citations`
    all references in its text and footnotes, `answers` its advice on each motion, `Uitgevoerd` when
    it says that the motion has been carried out.
    """
    case = paper.case if paper.kind != "annex" else None
    votes = case.votes if case else None
    return {
        "id": paper.id,
        "kind": paper.kind,
        "soort": paper.soort,
        "number": paper.number,
        "kst": paper.kst if paper.is_official else None,
        "earlier_kst": list(paper.earlier_kst),
        "dossier": paper.dossier.printed,
        "subject": paper.subject,
        "date": paper.day.isoformat(),
        "signed_by": [signer.person.called for signer in paper.signers],
        "parties": [s.person.party.abbreviation for s in paper.signers if s.person.party],
        "source_paper": paper.source_id,
        "case": case.number if case else None,
        "appraisal": case.appraisal if case else None,
        "decision": case.outcome if case else None,
        "outcome": OUTCOMES.get(case.outcome or "") if case else None,
        "voting_method": case.method if case else None,
        "votes": dict(zip(("for", "against", "absent"), votes, strict=True)) if votes else None,
        "cites": list(paper.cites),
        "citations": [each.as_json() for each in paper.citations],
        "answers": [each.as_json() for each in paper.answers],
        "withdrawn": paper.is_withdrawn,
        "versions": paper.states,
        "silent_file_changes": paper.silent_changes,
        "word": paper.word,
        "earlier_words": list(paper.earlier_words),
        "is_hyphenated": paper.served == PDF,
        "file": {
            "declared_media_type": paper.declared,
            "served_media_type": paper.served,
            "has_wrong_length": paper.length_error != 0 or paper.declared != paper.served,
            "status": paper.missing_status or 200,
        },
    }
