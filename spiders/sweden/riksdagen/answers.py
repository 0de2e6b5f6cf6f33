"""Read the source's answers: bytes in, values out (guide 2, 4). Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from harvester.source.tree import Tree
from harvester.untrusted_xml import NotXml, parse_untrusted

DEEPEST = 40
"""Levels of an answer; the source's have ten."""
_OF_LIST = (
    "@ms", "@version", "@q", "@datum", "@dR", "@nasta_sida", "@nasta_sida?", "index",
    "facettlista", "stavning",
)  # fmt: skip
_OF_HIT = (
    "traff", "domain", "database", "datum", "id", "undertitel", "kalla", "kall_id", "publicerad",
    "dokumentformat", "dokument_url_text", "dokument_url_html", "dokumentstatus_url_xml", "url",
    "relurl", "titel", "relaterat_id", "typ", "subtyp", "status", "lang", "tempbeteckning",
    "organ", "score", "summary", "notisrubrik", "notis", "dokintressent", "filbilaga", "avdelning",
    "struktur", "debattgrupp", "debattdag", "beslutsdag", "beredningsdag", "justeringsdag",
    "beslutad", "debattsekunder", "ardometyp", "debatt", "dokumentnamn", "nummer", "rm",
    "beteckning", "subtitel", "sokdata", "rdrest", "debattnamn", "htmlformat",
    "utskottsforslag_url_xml", "slutdatum", "tilldelat", "inlamnad", "motionstid",
    "dokumentnamn_en", "reservationer", "klockslag", "plats", "statusrad", "audio",
)  # fmt: skip
"""Members of a hit that the document itself tells better, or that belong to the search."""


class NotAnAnswer(ValueError):
    """The response is not what was asked for; a retry may help."""


class NoSuchDocument(NotAnAnswer):
    """The response says, with status 200, that there is nothing of this id."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document as a list names it."""

    id: str
    kind: str | None
    changed: str | None
    """`systemdatum`, local time; None where the list does not tell it."""


@dataclass(frozen=True, slots=True)
class HitList:
    """One page of a list."""

    total: int | None
    """Hits in all; None where the list does not tell."""
    page: int
    pages: int
    hits: tuple[Hit, ...]
    unknown: tuple[str, ...]


def value_of(body: bytes, name: str) -> Mapping[str, Any]:
    """Read an answer, JSON or XML, and return the object of this name in it.

    The JSON is a mechanical copy of the XML, so both become the same: elements that are repeated
    are a list, empty ones None.

    Raises:
        NotAnAnswer: there is none.
        NoSuchDocument: there is one and it is empty.
    """
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        answer: Any = _from_xml(body)
    else:
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NotAnAnswer(f"not JSON: {error}") from error
    if not isinstance(answer, dict):
        raise NotAnAnswer("not an object")
    if _is_too_deep(answer):
        raise NotAnAnswer(f"more than {DEEPEST} levels")
    if name not in answer:
        raise NotAnAnswer(f"no `{name}`: {_told(answer)}")
    found = answer[name]
    if found is None or found == {} or found == "":
        raise NoSuchDocument(f"an empty `{name}`")
    if not isinstance(found, dict):
        raise NotAnAnswer(f"`{name}` is no object: {_told(found)}")
    told = found.get("@not") or found.get("not")
    if told:
        raise NotAnAnswer(f"an error: {_told(told)}")
    return found


def parse_list(body: bytes) -> HitList:
    """Read a page of a list.

    Raises:
        NotAnAnswer: it is none.
    """
    try:
        answer = value_of(body, "dokumentlista")
    except NoSuchDocument as error:
        raise NotAnAnswer(str(error)) from error
    tree = Tree("list", answer)
    total, page, pages = (tree.number(name) for name in ("@traffar", "@sida", "@sidor"))
    tree.ignore(*_OF_LIST)
    hits = [_hit(one) for one in tree.objects("dokument")]
    if (total is None or page is None) and not hits:
        raise NotAnAnswer("no number `@traffar` or `@sida`, and no `dokument`")
    page = page or 1
    known = tuple(hit for hit in hits if hit is not None)
    return HitList(total, page, page if pages is None else pages, known, tree.unknown)


def _hit(document: Tree) -> Hit | None:
    document.ignore(*_OF_HIT)
    id_, kind = document.text("dok_id"), document.text("doktyp")
    changed = document.text("systemdatum")
    if id_ is None or not is_id(id_):
        document.report("dok_id", id_ or "missing")
        return None
    return Hit(id_, kind, changed)


def is_id(text: str) -> bool:
    """Tell whether this may be the id of a document, and stand in an address."""
    return 4 <= len(text) <= 40 and all(c.isalnum() or c in "-_" for c in text)


def parse_status(body: bytes) -> dict[str, Any]:
    """Read all about a document.

    Raises:
        NotAnAnswer: it is none.
        NoSuchDocument: there is no document of this id.
    """
    found = dict(value_of(body, "dokumentstatus"))
    document = found.get("dokument")
    if document is None or document == {}:
        raise NoSuchDocument("a `dokumentstatus` without a `dokument`")
    if not isinstance(document, dict) or not isinstance(document.get("dok_id"), str):
        raise NotAnAnswer("no `dok_id` in its `dokument`")
    return found


def parse_points(body: bytes) -> dict[str, Any]:
    """Read the points of a report.

    Raises:
        NotAnAnswer: it is none.
    """
    return dict(value_of(body, "utskottsforslag"))


def parse_votes(body: bytes) -> list[dict[str, Any]]:
    """Read the votes of a division: alone in the API's answer, wrapped in that of bulk files.

    Raises:
        NotAnAnswer: there are none.
    """
    answer = value_of(body, "votering")
    inner = answer.get("dokvotering", answer)
    rows = [row for row in objects_of(inner, "votering") if isinstance(row.get("rost"), str)]
    if not rows:
        raise NotAnAnswer("no votes")
    return rows


def objects_of(value: object, name: str) -> list[dict[str, Any]]:
    """Return the objects under a name: of a list, or the only one, which stands without a list."""
    found = value.get(name) if isinstance(value, Mapping) else None
    items = found if isinstance(found, list) else [found]
    return [item for item in items if isinstance(item, dict)]


def _from_xml(body: bytes) -> dict[str, Any]:
    try:
        root = parse_untrusted(body.removeprefix(b"\xef\xbb\xbf"))
    except NotXml as error:
        raise NotAnAnswer(str(error)) from error
    return {etree.QName(root).localname: _of_element(root, DEEPEST)}


def _of_element(element: etree._Element, depth: int) -> Any:
    if depth == 0:
        raise NotAnAnswer(f"more than {DEEPEST} levels")
    members: dict[str, Any] = {f"@{name}": value for name, value in element.attrib.items()}
    for child in element:
        name, value = etree.QName(child).localname, _of_element(child, depth - 1)
        if name in members:
            before = members[name]
            members[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            members[name] = value
    text = (element.text or "").replace("\r\n", "\n")
    return members or text or None


def _is_too_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(DEEPEST):
        level = list(_inside(level))
        if not level:
            return False
    return True


def _inside(values: list[object]) -> Iterator[object]:
    for value in values:
        items = value.values() if isinstance(value, dict) else value
        for item in items if isinstance(value, dict | list) else ():  # type: ignore[attr-defined]
            if isinstance(item, dict | list):
                yield item


def _told(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]
