"""Find the facts that an official publication states about itself."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice, takewhile

from lxml import etree

from harvester.characters import words_of
from harvester.text.stated import PaperFacts, StatedDossier
from spiders.netherlands.printed.dates import dateline, iso_date, written_date
from spiders.netherlands.printed.notices import find_notice
from spiders.netherlands.printed.plainly import words_in
from spiders.netherlands.printed.signatures import movers, signatories
from spiders.netherlands.printed.vocabulary import LEGACY, PARTS

_DOSSIER = re.compile(
    r"""(?P<number>\d[\d\s.]*|[IVXLCDM]+\b)
    (?:[\s-]*(?P<chapter>[IVXLC]+[AB]?|[A-Z]|\d{2}))?
    (?:[\s-]*\(\s*(?P<kingdom_act>R\s?\d+)[^)]*\))?""",
    re.VERBOSE,
)
_YEARS = re.compile(r"(\d{4})\s?[-\u2010-\u2015/]\s?(\d{4})")
_STATUS = re.compile(
    r"\b(?:(?:\d?e|GEWIJZIGDE|TWEEDE|DERDE|VERBETERDE)\s)?(?:HERDRUK|ERRATUM|RECTIFICATIE)\b"
)
_ADDRESSEE = re.compile(
    r"Aan (?:(?:de|het|den)\b(?! (?:orde|hand|slag|ene|andere)\b)|mevrouw\b).{1,200}(?<![.;:?])"
)
_MOTION = re.compile(
    r"(?!BRIEF|LIJST|VERSLAG|NOTA|ADVIES|REACTIE|OVERZICHT)(?:[\w-]+\s){0,4}MOTIE\b", re.IGNORECASE
)
"""`GEWIJZIGDE MOTIE VAN HET LID`, however spelled; a letter about a motion is none."""
_CHAMBERS = (
    ("Tweede Kamer", "Tweede Kamer"),
    ("Eerste Kamer", "Eerste Kamer"),
    ("Staten-Generaal", "both chambers"),
    ("Verenigde Vergadering", "both chambers"),
)
_ABOVE_BODY = frozenset(
    {"stuknr", "titel", "datumtekst", "kop", "ltrlabel", "nummer", "letter", "tuskop"}
)
_LONGEST_HEAD = 12
"""Most elements above the body of a paper."""
_LONGEST_NUMBER = 60
_OPENING = 8
"""Paragraphs at the beginning that may name addressee and date."""


def facts_of(root: etree._Element) -> PaperFacts:
    """Find the facts that the paper states; nothing is looked up elsewhere."""
    paper = next((child for child in root if child.tag != "metadata"), None)
    if paper is None:
        return PaperFacts(status=_version(root))
    return _legacy(root) if root.tag == LEGACY else _modern(root, paper)


def _modern(root: etree._Element, paper: etree._Element) -> PaperFacts:
    head = {line.get("inhoud"): words_in(line) for line in paper.iter("tekstregel")}
    piece = paper.find("stuk")
    number = paper.find("stuk/stuknr/ondernummer")
    facts = PaperFacts(
        dossiers=_numbered(_modern_dossier(dossier) for dossier in paper.iter("dossier")),
        number=words_in(paper.find("kamervraagnummer") if number is None else number),
        chamber=_chamber(head.get("kameraanduiding")),
        session_year=_session_year(head.get("vergaderjaar")),
    )
    return _with_body(facts, root, paper if piece is None else piece)


def _legacy(root: etree._Element) -> PaperFacts:
    piece = root.find("body/stuk")
    number = None
    if piece is not None:
        number = words_in(piece.find("nummer")) or words_in(piece.find("letter"))
    facts = PaperFacts(
        dossiers=_numbered(
            _dossier(words_in(subject.find("nummer")), words_in(subject.find("naam")))
            for subject in root.iter("onderw")
        ),
        number=number,
        chamber=_chamber(words_in(root.find("kop/titel"))),
        session_year=_session_year(words_in(root.find("frontm/vergjaar"))),
    )
    return _with_body(facts, root, root if piece is None else piece)


def _with_body(facts: PaperFacts, root: etree._Element, piece: etree._Element) -> PaperFacts:
    """Add the facts below the head of the paper."""
    heading = words_in(piece.find("titel"))
    people = signatories(piece)
    is_motion = heading is not None and _MOTION.match(heading) is not None
    if is_motion and not people:
        people = movers(piece)
    opening = [words_in(paragraph) or "" for paragraph in islice(piece.iter("al"), _OPENING)]
    dated = piece.find("datumtekst")
    if dated is not None:
        dated_on = _date(dated)
    else:
        dated_on = None if is_motion else next(filter(None, map(dateline, opening)), None)
    addressed = filter(None, map(_ADDRESSEE.fullmatch, opening if not is_motion else ()))
    no_dates = [stated for stated in _iso_dates(dated) if iso_date(stated) is None]
    return replace(
        facts,
        heading=heading,
        dated_on=dated_on,
        addressee=next((match[0] for match in addressed), None),
        people=people,
        status=_status(piece, opening) or _version(root),
        unknown=tuple(f"datum@isodatum={stated}: 1" for stated in no_dates),
    )


def _modern_dossier(dossier: etree._Element) -> StatedDossier:
    parts = {str(part.tag): words_in(part) for part in dossier.iterfind("dossiernummer/*")}
    whole = words_in(dossier.find("dossiernummer"))
    read = _dossier(parts.get("dossiernr") or whole, words_in(dossier.find("titel")))
    return read._replace(
        chapter=parts.get("begrotingshoofdstuk") or parts.get("raadnr") or read.chapter,
        second_number=parts.get("rijkswetnr") or read.second_number,
    )


def _numbered(dossiers: Iterable[StatedDossier]) -> tuple[StatedDossier, ...]:
    return tuple(dossier for dossier in dossiers if dossier.number)


def _dossier(number: str | None, title: str | None) -> StatedDossier:
    """Split the number of a dossier into parts; one of an unknown form stays whole."""
    number = number or ""
    match = _DOSSIER.fullmatch(number) if len(number) <= _LONGEST_NUMBER else None
    if match is None:
        return StatedDossier(number, title=title)
    return StatedDossier(
        re.sub(r"[\s.]", "", match["number"]), match["chapter"], title, match["kingdom_act"]
    )


def _chamber(words: str | None) -> str | None:
    for start, chamber in _CHAMBERS:
        if words and words.startswith(start):
            return chamber
    return None


def _session_year(words: str | None) -> str | None:
    match = _YEARS.search(words or "")
    return f"{match[1]}-{match[2]}" if match else None


def _date(dated: etree._Element) -> str | None:
    """Return the machine-readable date, or the written one if that is invalid."""
    found = next(filter(None, (iso_date(stated) for stated in _iso_dates(dated))), None)
    return found or written_date("".join(dated.itertext()))


def _iso_dates(dated: etree._Element | None) -> list[str]:
    """List the machine-readable dates, valid or not."""
    if dated is None:
        return []
    return [stated for date in dated.iter("datum") if (stated := date.get("isodatum"))]


def _status(piece: etree._Element, opening: list[str]) -> str | None:
    """Find the words that say that the paper is a reprint, a correction, or withdrawn."""
    above = takewhile(lambda child: child.tag in _ABOVE_BODY or child.tag not in PARTS, piece)
    head = [words_in(child) or "" for child in islice(above, _LONGEST_HEAD)]
    removed = (words for words in (*head, *opening) if find_notice(words))
    if (words := next(removed, None)) is not None:
        return words
    return next((match[0] for match in map(_STATUS.search, [*head, *opening[:1]]) if match), None)


def _version(root: etree._Element) -> str | None:
    """Return what the paper's metadata say of this version."""
    for meta in root.iterfind("metadata/meta"):
        if meta.get("name") == "OVERHEIDop.versieInformatie":
            return words_of(meta.get("content") or "") or None
    return None
