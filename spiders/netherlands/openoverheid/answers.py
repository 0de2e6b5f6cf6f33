"""Read the platform's answers: bytes in, values out (guide 3, 4). Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harvester.source.tree import Tree
from harvester.times import moment_of
from spiders.netherlands.openoverheid.identifiers import id_of, without_version

DEEPEST = 30
"""Levels of an answer; the platform's have nine."""
_IN_DETAIL = (
    "pid", "titel", "omschrijving", "openbaarmakingsdatum", "publisher", "aanbieder",
    "weblocatie", "highlightedText",
)  # fmt: skip
"""Members of a hit that the document itself tells better, or that belong to the search."""
_OF_SEARCH = ("filters", "facetten", "facets", "suggesties")
_OF_HIT = ("bestandsgrootte", "aantalPaginas", "bestandsType", "highlightedText")


class NotAnAnswer(ValueError):
    """The response is not what was asked for; a retry may help."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document as a list names it."""

    id: str
    version: int | None
    changed_at: datetime | None
    changed: str | None
    """The same, as the list writes it."""

    @property
    def name(self) -> str:
        """The id with its version, as the list gives it."""
        return self.id if self.version is None else f"{self.id}_{self.version}"


@dataclass(frozen=True, slots=True)
class HitList:
    """One page of a search."""

    total: int
    hits: tuple[Hit, ...]
    count: int
    """Results on the page, also those without a readable id."""
    unknown: tuple[str, ...]


def parse_list(body: bytes) -> HitList:
    """Read a page of a search.

    Raises:
        NotAnAnswer: it is none.
    """
    answer = _object(body, is_lenient=True)
    total, results = answer.get("totaal"), answer.get("resultaten")
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise NotAnAnswer("no number `totaal`")
    if not isinstance(results, list):
        raise NotAnAnswer("no list `resultaten`")
    tree = Tree("list", answer)
    tree.ignore("totaal", *_OF_SEARCH)
    found = [_hit(one) for one in tree.objects("resultaten")]
    hits = tuple(hit for hit in found if hit is not None)
    return HitList(total, hits, len(results), tree.unknown)


def _hit(result: Tree) -> Hit | None:
    result.ignore(*_OF_HIT)
    document = result.object("document")
    document.ignore(*_IN_DETAIL)
    name, changed = document.text("id"), document.text("mutatiedatumtijd")
    id_, number = without_version(name or "")
    if id_of(id_) != id_:
        document.report("id", name or "none")
        return None
    return Hit(id_, number, moment_of(changed), changed)


def parse_detail(body: bytes) -> dict[str, Any]:
    """Read all about a document.

    Raises:
        NotAnAnswer: it is something else, or empty, or holds what cannot be written down again.
    """
    answer = _object(body)
    if not isinstance(answer.get("document"), Mapping):
        raise NotAnAnswer("no object `document`")
    return answer


def parse_relations(body: bytes) -> list[Any]:
    """Read the relations of a document: a bare list.

    Raises:
        NotAnAnswer: it is none.
    """
    value = _value(body)
    if not isinstance(value, list):
        raise NotAnAnswer("no list of relations")
    return value


def told_error(body: bytes) -> str:
    """Return what a refusal says in its member `detail`; empty if it says nothing."""
    try:
        detail = _object(body).get("detail")
    except NotAnAnswer:
        return ""
    return detail[:200] if isinstance(detail, str) else ""


def _object(body: bytes, *, is_lenient: bool = False) -> dict[str, Any]:
    value = _value(body, is_lenient=is_lenient)
    if not isinstance(value, dict):
        raise NotAnAnswer("not a JSON object")
    return value


def _value(body: bytes, *, is_lenient: bool = False) -> Any:
    """Read JSON that can be written as UTF-8 again.

    Args:
        body: the answer.
        is_lenient: replace halves of surrogate pairs, which are JSON and no text: one title of a
            list must not cost the others.
    """
    if not body.strip():
        raise NotAnAnswer("an empty body")
    try:
        value = json.loads(body, parse_constant=_refuse)
        written = json.dumps(value, ensure_ascii=False)
        if is_lenient:
            value = json.loads(written.encode("utf-8", "replace"))
        else:
            written.encode()
    except (ValueError, RecursionError) as error:
        raise NotAnAnswer(f"not JSON: {type(error).__name__}: {error}"[:200]) from error
    if _is_deeper(value, DEEPEST):
        raise NotAnAnswer(f"more than {DEEPEST} levels")
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _is_deeper(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels == 0 or any(_is_deeper(inner, levels - 1) for inner in value)
