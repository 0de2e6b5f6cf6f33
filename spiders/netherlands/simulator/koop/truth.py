"""What a perfect harvester of KOOP would hold: the yardstick of tests."""

from typing import Any

from spiders.netherlands.simulator.koop.body import Form
from spiders.netherlands.simulator.koop.publications import Publication, State


def publication_truth(publication: Publication) -> dict[str, Any]:
    """Describe a publication.

    `id` is the identifier under which it is there now, or was last; None while it is awaited.
    `versions` counts the distinct states since the simulator began, absence included; in `touches`
    of them nothing but times changed. `word` occurs in its text and in no other publication's,
    unless it is `emptied`. `differs` says where its words are not those of the chamber's own file.
    `paper` is the number that the Tweede Kamer gave it.
    """
    manuscript = publication.manuscript
    is_awaited = publication.state is State.AWAITED
    record = publication.current
    return {
        "id": None if is_awaited else publication.identifier,
        "final_id": manuscript.identifier + publication.suffix,
        "earlier_ids": list(publication.earlier_ids),
        "state": publication.state.value,
        "paper": manuscript.paper_number if not publication.suffix else None,
        "chamber": manuscript.chamber,
        "kind": manuscript.kind.value,
        "part": publication.suffix.lstrip("-") or None,
        "form": manuscript.form.value,
        "subject": manuscript.subject,
        "title": record.title if record else None,
        "status": record.status if record else None,
        "subrubriek": record.subrubriek if record else None,
        "dossiers": [place.id for place in manuscript.places],
        "number": manuscript.number,
        "date": manuscript.day.isoformat(),
        "available": record.available.isoformat() if record else None,
        "modified": record.modified.isoformat() if record else None,
        "people": list(record.movers) if record else [],
        "signed_by": list(manuscript.movers),
        "annexes": list(publication.annexes),
        "main_document": record.main_document if record else None,
        "manifestations": list(record.manifestations) if record else [],
        "versions": publication.states,
        "touches": publication.touches,
        "word": manuscript.word,
        "earlier_words": list(publication.earlier_words),
        "has_text_in_xml": manuscript.form is not Form.SHELL,
        "citations": [each.as_json() for each in manuscript.citations],
        "answers": [each.as_json() for each in manuscript.answers],
        "differs": _difference(publication),
    }


def _difference(publication: Publication) -> dict[str, str] | None:
    if publication.correction is None or publication.state is not State.SET:
        return None
    chamber, koop = publication.correction
    return {"chamber": chamber, "koop": koop}
