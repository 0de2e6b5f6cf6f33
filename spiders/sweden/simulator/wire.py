"""Papers in the source's wire form: JSON that is a mechanical copy of XML. Pure."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from spiders.sweden.simulator.papers import Member, Paper

NAMES = {"mot": "Motion", "skr": "Skrivelse", "rskr": "Riksdagsskrivelse", "bet": "Betänkande"}
ORGANS = {"mot": "KlU", "bet": "KlU", "skr": "Kustdepartementet", "rskr": "Riksdagen"}


def listed(items: Sequence[Any]) -> Any:
    """Return several as a list, one alone, and none as null: so does the source."""
    return list(items) if len(items) > 1 else (items[0] if items else None)


def has_file(paper: Paper, today: date) -> bool:
    """Tell whether the file is there: a motion's comes a day after it."""
    return today >= paper.day + timedelta(days=1 if paper.kind == "mot" else 0)


def file_id(paper: Paper) -> str:
    """Return the id of a paper's file."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, paper.id)).upper()


def document(paper: Paper, today: date, base: str) -> dict[str, Any]:
    """Return the block `dokument`."""
    changed = f"{paper.changed(today)} 10:00:00"
    subtitle = None
    if paper.signers:
        others = " m.fl." if len(paper.signers) > 1 else ""
        subtitle = f"av {paper.signers[0].name}{others} ({paper.signers[0].party})"
    return {
        "hangar_id": str(5_000_000 + sum(map(ord, paper.id))), "dok_id": paper.id,
        "rm": paper.session, "beteckning": paper.number, "typ": paper.kind,
        "subtyp": "Enskild motion" if paper.kind == "mot" else paper.kind, "doktyp": paper.kind,
        "dokumentnamn": NAMES[paper.kind], "tempbeteckning": None, "organ": ORGANS[paper.kind],
        "mottagare": None, "nummer": "".join(filter(str.isdigit, paper.number)), "slutnummer": "0",
        "datum": f"{paper.day} 00:00:00", "systemdatum": changed, "publicerad": changed,
        "titel": paper.title, "subtitel": subtitle, "status": state(paper, today),
        "htmlformat": None, "relaterat_id": None, "source": None, "sourceid": None,
        "dokument_url_text": f"{base}/dokument/{paper.id}/text",
        "dokument_url_html": f"{base}/dokument/{paper.id}.html",
        "dokumentstatus_url_xml": f"{base}/dokumentstatus/{paper.id}",
    }  # fmt: skip


def state(paper: Paper, today: date) -> str:
    """Return a document's status."""
    if today < paper.day:
        return "planerat"
    if paper.taken_back is not None and today >= paper.taken_back:
        return "Återtagen"
    return "Klar" if paper.kind == "mot" else "Webbpublicering"


def hit(paper: Paper, today: date, base: str) -> dict[str, Any]:
    """Return a document as lists name it."""
    told = document(paper, today, base)
    place = base.partition(":")[2]
    kept = (
        "datum", "dok_id", "titel", "rm", "organ", "doktyp", "typ", "subtyp", "beteckning",
        "nummer", "status", "systemdatum", "dokumentnamn",
    )  # fmt: skip
    file = {
        "typ": "html", "namn": f"{paper.id}.html", "storlek": None,
        "url": f"{base}/fil/{file_id(paper)}",
    }  # fmt: skip
    return {
        "id": paper.id.lower(),
        **{name: told[name] for name in kept},
        "dokument_url_html": f"{place}/dokument/{paper.id}.html",
        "filbilaga": {"fil": file} if has_file(paper, today) else None,
    }


def status(paper: Paper, today: date, base: str) -> dict[str, Any]:
    """Return all about a document."""
    attached = {
        "dok_id": paper.id, "titel": paper.title, "subtitel": None, "filnamn": f"{paper.id}.html",
        "filstorlek": None, "filtyp": "html", "fil_url": f"{base}/fil/{file_id(paper)}",
    }  # fmt: skip
    people = [_person(one, n, paper) for n, one in enumerate(paper.signers, 1)]
    claims = [_claim(paper, n, today) for n in range(1, len(paper.claims) + 1)]
    references = [
        {"referenstyp": "behandlas_i", "uppgift": f"{one.session}:{one.number}",
         "ref_dok_id": one.id, "ref_dok_typ": one.kind, "ref_dok_rm": one.session,
         "ref_dok_bet": one.number, "ref_dok_titel": one.title}
        for one in [paper.report] if one is not None and today >= one.day
    ]  # fmt: skip
    submitted = {
        "kod": "INL", "namn": "Inlämning", "datum": f"{paper.day} 00:00:00", "ordning": "1",
        "status": "inträffat" if today >= paper.day else "planerat", "process": "hantering",
    }  # fmt: skip
    return {
        "dokument": document(paper, today, base),
        "dokaktivitet": {"aktivitet": submitted},
        "dokintressent": {"intressent": listed(people)} if people else None,
        "dokforslag": {"forslag": listed(claims)} if claims else None,
        "dokuppgift": {"uppgift": {"kod": "tilldelat", "namn": "Tilldelat", "text": "KlU"}},
        "dokbilaga": {"bilaga": attached} if has_file(paper, today) else None,
        "dokreferens": {"referens": listed(references)} if references else None,
    }


def _person(member: Member, n: int, paper: Paper) -> dict[str, Any]:
    part = "undertecknare" if paper.kind == "mot" else f"Statsråd{n}"
    return {
        "intressent_id": member.id, "namn": member.name, "partibet": member.party,
        "ordning": str(n), "roll": part,
    }  # fmt: skip


def _claim(paper: Paper, n: int, today: date) -> dict[str, Any]:
    claim, report = paper.claims[n - 1], paper.report
    is_retracted = state(paper, today) == "Återtagen"
    is_advised = report is not None and today >= report.day and not is_retracted
    is_decided = is_advised and report is not None and today >= (report.decided or today)
    fate = "Bifall" if claim.is_adopted else "Avslag"
    taken = "Acklamation" if claim.is_adopted else "Röstning"
    return {
        "nummer": str(n), "beteckning": str(n), "lydelse": claim.text, "lydelse2": None,
        "utskottet": f" {fate}" if is_advised else None,
        "kammaren": fate if is_decided else None,
        "behandlas_i": f"{report.session}:{report.number}" if is_advised and report else None,
        "behandlas_i_punkt": claim.point if is_advised else None,
        "kammarbeslutstyp": taken if is_decided else None,
    }  # fmt: skip


def points(report: Paper, today: date, base: str) -> dict[str, Any]:
    """Return a report's points: what is rejected, by a division, and what is adopted without."""
    is_decided = report.decided is not None and today >= report.decided
    made = []
    for number, verb in (("1", "avslår"), ("2", "bifaller")):
        named = [
            f"{motion.session}:{motion.number} av {motion.signers[0].name} yrkande {n}"
            for motion in report.motions
            for n, claim in enumerate(motion.claims, 1)
            if claim.point == number
        ]
        if not named:
            continue
        division = report.divisions.get(number, ("", {}))[0] if is_decided else ""
        made.append(
            {
                "punkt": number, "rubrik": report.title,
                "forslag": f"\r\nRiksdagen {verb} motionerna \n{', '.join(named)}.",
                "beslutstyp": "röstning" if number in report.divisions else "acklamation",
                "motforslag_nummer": "1", "motforslag_partier": '"SKÄR"',
                "votering_id": division or None,
                "votering_sammanfattning_html": _summary() if division else None,
                "votering_url_xml": f"{base}/votering/{division}" if division else None,
                "rm": report.session, "bet": report.number,
                "vinnare": "utskottet" if is_decided else None,
            }
        )  # fmt: skip
    return {
        "dokument": document(report, today, base),
        "dokutskottsforslag": {"utskottsforslag": listed(made)},
        "dokmotforslag": None,
    }


def _summary() -> dict[str, Any]:
    heading = {"h4": "Omröstning i sakfrågan", "p": "Utskottets förslag mot reservation 1 (SKÄR)"}
    return {"table": {"tr": [{"td": heading}]}, "br": None}


def votes(division: str, cast: Mapping[str, str], chamber: Sequence[Member]) -> dict[str, Any]:
    """Return every member's vote."""
    rows = [
        {"votering_id": division, "punkt": "0", "namn": one.name.replace(" ", "  "),
         "intressent_id": one.id, "parti": one.party, "valkrets": "Kustens län",
         "valkretsnummer": "30", "iort": None, "rost": cast[one.id], "avser": "sakfrågan",
         "votering": "huvud", "banknummer": str(n), "kon": "kvinna", "fodd": "1970", "rm": None,
         "beteckning": None, "källa": "distribution", "datum": None}
        for n, one in enumerate(chamber, 1)
    ]  # fmt: skip
    return {"dokvotering": {"votering": listed(rows)}}


def text_of(paper: Paper) -> str:
    """Return the file of a paper, as a page of HTML."""
    name = f"{NAMES[paper.kind]} {paper.session}:{paper.number}"
    lines = [f"<h1>{name}</h1>", f"<h2>{paper.title}</h2>"]
    if paper.claims:
        items = "".join(f"<li>{claim.text}</li>" for claim in paper.claims)
        lines.append(f"<h3>Förslag till riksdagsbeslut</h3><ol>{items}</ol><h3>Motivering</h3>")
    lines += [
        f"<p>Utskottet har behandlat mot. {one.session}:{one.number}.</p>" for one in paper.motions
    ]
    lines.append(f"<p>{paper.reason or 'Härmed överlämnas denna skrivelse.'}</p>")
    lines += [f"<p>{one.name} ({one.party})</p>" for one in paper.signers]
    body = "\n".join(lines)
    head = f'<!DOCTYPE html>\n<html lang="sv"><head><title>{name}</title></head>'
    return f"{head}<body>{body}</body></html>\n"
