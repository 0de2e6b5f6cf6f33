"""Turn the Riksdag's documents, points and divisions into rows (guide 4).

Pure. Birth years and sexes of members stay in the record: no table holds them.
"""

import json
import re
from collections.abc import Iterator

from archive.entries import RecordEntry
from harvester.source.domain import (
    Advice,
    Decision,
    Document,
    DocumentName,
    Link,
    MotionClaim,
    OfferedFile,
    Outcome,
    Reading,
    Ref,
    Role,
    Row,
    StatedPerson,
    Vote,
)
from harvester.source.likely import is_likely
from harvester.source.records import row
from harvester.source.tree import Tree
from spiders.sweden.designations import Designation, designation, id_of
from spiders.sweden.riksdagen import values
from spiders.sweden.riksdagen.observing import (
    COUNTER,
    DIVISION,
    OF_DOCUMENT,
    OF_POINT,
    POINT,
    point_id,
)

LONGEST_SENTENCE = 500
_minister = re.compile(r"statsråd[0-9]{0,2}").fullmatch
_put = re.compile(r"(Utskottets förslag) mot (.{1,300})", re.DOTALL)
_number = re.compile(r"[0-9]{1,4}[a-z]?", re.ASCII).fullmatch


def read(entry: RecordEntry) -> Reading:
    """Return what a record says; a withdrawn one says nothing, whatever its body."""
    if entry.state == "withdrawn":
        return Reading()
    category = entry.id.partition("/")[0]
    tree = Tree(category, json.loads(entry.raw))
    if category == POINT:
        rows = tuple(_point(tree))
    elif category == DIVISION:
        rows = tuple(_division(tree))
    else:
        rows = tuple(_document(tree, entry))
    return Reading(rows, tree.unknown)


def _document(tree: Tree, entry: RecordEntry) -> Iterator[Row]:
    document = tree.object("dokument")
    kind, state = document.text("doktyp"), document.text("status")
    named = designation(kind, document.text("rm"), document.text("beteckning"))
    if named is None:
        document.report("beteckning", entry.id)
    subkind, name = document.text("subtyp"), document.text("dokumentnamn")
    # It says who signed: a title only where there is no other.
    subtitle = document.text("subtitel")
    yield row(
        Document,
        kind=document.meaning("doktyp", kind, values.KINDS),
        soort=subkind if subkind not in (None, kind) else name or kind,
        number=None if named is None else str(named),
        title=document.text("titel") or subtitle,
        published_on=_day(document, entry, state),
        session_year=named.session if named else None,
        chamber="Riksdagen",
        organisation=document.text("organ"),
        publication_id=None if named is None else str(named),
        language="sv",
    )
    yield DocumentName(Ref(entry.id), entry.id.partition("/")[2])
    if named is not None:
        yield DocumentName(Ref(entry.id), str(named))
    yield from _people(tree, kind)
    yield from _claims(tree, kind, state)
    yield from _links(tree)
    yield from _files(document, entry)
    _ignore_rest(tree, document)


def _day(document: Tree, entry: RecordEntry, state: str | None) -> str | None:
    day = document.day("datum")
    if day is not None and not is_likely(day, entry.observed_at) and state != values.PLANNED:
        document.report("datum", day)
    return day


def _people(tree: Tree, kind: str | None) -> Iterator[Row]:
    people = tree.object("dokintressent").objects("intressent")
    numbered = [(person.number("ordning"), n, person) for n, person in enumerate(people)]
    ordered = sorted(numbered, key=lambda one: (one[0] is None, one[0] or 0, one[1]))
    ordinal = 0
    for _, _, person in ordered:
        name, part = person.text("namn"), (person.text("roll") or "").lower()
        party = person.text("partibet")
        person.ignore("intressent_id")
        if name is None:
            continue
        ordinal += 1
        role: Role | None = None
        if part == "undertecknare":
            tabled: tuple[Role, Role] = ("mover", "co-mover")
            signed: tuple[Role, Role] = ("signatory", "co-signatory")
            role = (tabled if kind == "mot" else signed)[ordinal > 1]
        elif _minister(part):
            role = "signatory" if ordinal == 1 else "co-signatory"
        elif part:
            person.report("roll", part)
        yield row(
            StatedPerson, ordinal=ordinal, name=" ".join(name.split()),
            party=None if party in values.NOTHING else party, role=role,
        )  # fmt: skip


def _claims(tree: Tree, kind: str | None, state: str | None) -> Iterator[Row]:
    is_withdrawn = (state or "").lower() in values.WITHDRAWN
    for n, claim in enumerate(tree.object("dokforslag").objects("forslag"), 1):
        first, second = _said(claim, "lydelse"), _said(claim, "lydelse2")
        advice_words, outcome_words = _said(claim, "utskottet"), _said(claim, "kammaren")
        method = _said(claim, "kammarbeslutstyp")
        report, point = _said(claim, "behandlas_i"), _said(claim, "behandlas_i_punkt")
        number = _said(claim, "beteckning") or _said(claim, "nummer")
        claim.ignore(
            "nummer", "intressent", "avsnitt", "grundforfattning", "andringsforfattning"
        )  # of bills
        if kind != "mot":
            continue
        advice: Advice | None = claim.meaning("utskottet", _lower(advice_words), values.ADVICE)
        outcome: Outcome | None = claim.meaning("kammaren", _lower(outcome_words), values.OUTCOMES)
        if outcome_words is None and is_withdrawn:
            outcome, outcome_words = "retracted", state
        dealt_with = _report(report)
        if report is not None and dealt_with is None:
            claim.report("behandlas_i", report)
        yield MotionClaim(
            ordinal=n,
            number=number,
            text=" ".join(part for part in (first, second) if part) or None,
            advice_words=advice_words,
            advice=advice,
            outcome_words=outcome_words,
            outcome=outcome,
            method=claim.meaning("kammarbeslutstyp", _lower(method), values.METHODS),
            report=str(dealt_with) if dealt_with else report,
            point=point,
            decision_id=_decision(claim, dealt_with, point),
            # A Yes is for what the committee proposes (guide 4.1).
            yes_supports={"for": 1, "against": 0}.get(advice or ""),
        )


def _report(text: str | None) -> Designation | None:
    session, _, number = (text or "").partition(":")
    return designation("bet", session, number)


def _decision(claim: Tree, report: Designation | None, point: str | None) -> Ref | None:
    if report is None or point is None:
        return None
    id_ = id_of("bet", report.session, report.number)
    if id_ is None or not _number(point):
        claim.report("behandlas_i_punkt", point)
        return None
    return Ref(f"{POINT}/{point_id(id_, point)}")


def _links(tree: Tree) -> Iterator[Row]:
    """Yield links to documents of the kinds that are walked; what else is referred to stays raw."""
    targets: dict[Ref, None] = {}
    for one in tree.object("dokreferens").objects("referens"):
        id_, kind = one.text("ref_dok_id"), one.text("ref_dok_typ")
        one.ignore(
            "referenstyp", "uppgift", "ref_dok_rm", "ref_dok_bet", "ref_dok_titel",
            "ref_dok_subtitel", "ref_dok_subtyp", "ref_dok_dokumentnamn",
        )  # fmt: skip
        if id_ is not None and values.KINDS.get(kind or "") is not None:
            targets[Ref(f"{kind}/{id_}")] = None
    yield from (Link("document_related", target) for target in targets)


def _files(document: Tree, entry: RecordEntry) -> Iterator[Row]:
    html, text = document.text("html"), document.text("text")
    for file in entry.enclosures:
        yield row(
            OfferedFile, name=file.name, url=file.url, media_type=file.media_type,
            size_bytes=file.size_bytes,
        )  # fmt: skip
    for name, content, media_type in (("text", html, "text/html"), ("plain", text, "text/plain")):
        if content is not None:
            yield row(OfferedFile, name=name, url=entry.url, media_type=media_type, content=content)
            return


def _point(tree: Tree) -> Iterator[Row]:
    method, winner = _said(tree, "beslutstyp"), _said(tree, "vinnare")
    if winner is not None and winner.lower() != values.COMMITTEE:
        tree.report("vinnare", winner)
    yes, no = _question(tree.value.get("votering_sammanfattning_html"))
    meant = tree.meaning("beslutstyp", _lower(method), values.METHODS)
    is_vote = meant == "roll call"
    yield row(
        Decision,
        ordinal=tree.number("punkt"),
        soort=tree.text("rubrik"),
        text=" ".join((tree.text("forslag") or "").split()) or None,
        status=winner,
        voting_method=method,
        method=meant,
        yes_meaning=(yes or "Utskottets förslag") if is_vote else None,
        no_meaning=no if is_vote else None,
    )
    tree.ignore(
        OF_DOCUMENT, COUNTER, "motforslag_nummer", "motforslag_partier", "votering_id",
        "votering_sammanfattning_html", "votering_url_xml", "rm", "bet", "votering_ledamot_url_xml",
        "rd_referens",
    )  # fmt: skip


def _question(summary: object) -> tuple[str | None, str | None]:
    """Return what Yes and No stood for, from the heading of a division's table."""
    for text in _texts(summary):
        found = _put.search(" ".join(text[:LONGEST_SENTENCE].split()))
        if found is not None:
            return found[1], re.sub(r"<.*", "", found[2], flags=re.DOTALL).strip() or None
    return None, None


def _texts(value: object) -> Iterator[str]:
    level = [value]
    while level:
        item = level.pop(0)
        if isinstance(item, str):
            yield re.sub(r"<[^<>]{0,200}>", " ", item[:5_000])
        elif isinstance(item, dict | list):
            level += list(item.values() if isinstance(item, dict) else item)[:200]


def _division(tree: Tree) -> Iterator[Row]:
    point = tree.text(OF_POINT)
    for n, vote in enumerate(tree.objects("votering"), 1):
        choice, about, kind = vote.text("rost"), vote.text("avser"), vote.text("votering")
        is_final = (kind, about) == (values.MAIN_DIVISION, values.ON_THE_MATTER)
        if not is_final:
            vote.report("votering", f"{kind} {about}")
        name = " ".join((vote.text("namn") or "").split())
        yield row(
            Vote,
            ordinal=n,
            # Only the final division on the matter settles the point.
            decision_id=Ref(f"{POINT}/{point}") if is_final and point else None,
            soort=choice,
            choice=vote.meaning("rost", _lower(choice), values.CHOICES),
            actor_name=name or None,
            actor_party=vote.text("parti"),
        )
        vote.ignore(
            "votering_id", "punkt", "intressent_id", "valkrets", "valkretsnummer", "iort",
            "banknummer", "fornamn", "efternamn", "kon", "fodd", "rm", "beteckning", "källa",
            "datum", "bet", "hangar_id", "dok_id", "systemdatum", "votering_url_xml",
        )  # fmt: skip


def _ignore_rest(tree: Tree, document: Tree) -> None:
    """Ignore what stays in the record alone; codes that are not known are reported."""
    document.ignore(
        "hangar_id", "dok_id", "typ", "tempbeteckning", "mottagare", "nummer", "slutnummer",
        "systemdatum", "publicerad", "htmlformat", "relaterat_id", "source", "sourceid",
        "dokument_url_text", "dokument_url_html", "dokumentstatus_url_xml",
        "utskottsforslag_url_xml", "debattnamn", "typrubrik", "metadata", "html", "text",
    )  # fmt: skip
    for item in tree.object("dokuppgift").objects("uppgift"):
        code = item.text("kod")
        if code is not None and code.lower() not in values.ITEMS:
            item.report("kod", code)
        item.ignore("namn", "text", "dok_id", "systemdatum")
    for step in tree.object("dokaktivitet").objects("aktivitet"):
        step.ignore("kod", "namn", "datum", "status", "ordning", "process")
    for file in tree.object("dokbilaga").objects("bilaga"):
        file.ignore("dok_id", "titel", "subtitel", "filnamn", "filstorlek", "filtyp", "fil_url")
    # Points have records of their own; debates and their recordings are no papers.
    tree.ignore("dokutskottsforslag", "dokmotforslag", "debatt", "webbmedia")


def _said(tree: Tree, name: str) -> str | None:
    text = tree.text(name)
    return None if text in values.NOTHING else text


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()
