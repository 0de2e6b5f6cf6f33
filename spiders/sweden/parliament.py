"""The Swedish parliament, as Griffie needs to know it."""

from collections.abc import Mapping, Sequence
from typing import Any

from harvester.source.parliament import Findings, Link, Parliament
from spiders.sweden.demo import DEMO
from spiders.sweden.designations import parse, spellings
from spiders.sweden.language import SWEDISH
from spiders.sweden.reading import find_references


def is_number(text: str) -> bool:
    """Tell whether this is the designation of a paper, with its type."""
    return parse(text) is not None


def cite(paper: Mapping[str, Any]) -> str | None:
    """Return the citation of a paper, `mot. 2013/14:So1`: its official id is one."""
    named = parse(paper["publication_id"] or "")
    return None if named is None else str(named)


def read(text: str, links: Sequence[Link]) -> Findings:
    """Return the papers that a text cites."""
    return Findings(find_references(text))


SWEDEN = Parliament(
    "sweden",
    spellings=spellings,
    is_number=is_number,
    read=read,
    words=SWEDISH,
    cite=cite,
    language="sv",
    time_zone="Europe/Stockholm",
    committees=("utskottet", "utskott"),
    main_chamber="Riksdagen",
    demo=DEMO,
)
