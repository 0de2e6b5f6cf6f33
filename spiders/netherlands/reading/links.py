"""Turn the publisher's links into references, and merge them with those of the words."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from harvester.source.reference import Kind, Reference
from spiders.netherlands.reading.european import european_target
from spiders.netherlands.reading.laws import law_target
from spiders.netherlands.reading.publications import kind_of

_url = re.compile(r"(?:https?|ftp)://|www\.|mailto:", re.IGNORECASE).match
_publisher = re.compile(
    r"(?:zoek\.officielebekendmakingen|(?:repository|data)\.(?:overheid|officiele-overheidspublicaties))\.nl/"
)
_in_path = re.compile(r"(?<=[/=])(?:kst|blg|[a-z]{1,5}(?:-tk|-ek)?)-[0-9A-Za-z][0-9A-Za-z-]*")
_dossier = re.compile(
    r"/dossier/(?P<dossier>\d{5})(?P<part>-(?:[IVX]+[AB]?|[A-M]|\d{2}))?/?$"
).search


def link_references(text: str, marks: Iterable[tuple[int, int, str]]) -> list[Reference]:
    """Return the links of a text as references, in order.

    Args:
        text: the text with the markup taken out.
        marks: start, end and target of each link; a target is an official identifier or a URL.
    """
    found = set()
    for start, end, written in marks:
        kind, target = target_of(written)
        words = " ".join(text[start:end].split())
        found.add(Reference(start, end, words, kind, target, "link"))
    return sorted(found)


def target_of(written: str) -> tuple[Kind, str]:
    """Return the kind of a link's target, and its name in `Reference`."""
    target = " ".join(written.split())  # real targets have stray spaces before them
    kind = kind_of(target)
    if kind is not None:
        return kind, target
    if (law := law_target(target)) is not None:
        return "law", law
    if (act := european_target(target)) is not None:
        return "eu", act
    if _publisher.search(target):
        if (match := _dossier(target)) is not None:
            return "dossier", match["dossier"] + (match["part"] or "")
        for named in _in_path.findall(target):
            if (kind := kind_of(named)) is not None:
                return kind, named
    return ("page" if _url(target) else "other"), target


def merge_references(links: Sequence[Reference], found: Sequence[Reference]) -> list[Reference]:
    """Merge both lists, in the order of the text.

    Where a link and words overlap and name the same, only the link stays; otherwise both stay.
    """
    spans: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for link in sorted(links):
        spans[link.kind, link.target].append((link.start, link.end))
    reach = {key: list(accumulate((end for _, end in each), max)) for key, each in spans.items()}

    def is_linked(one: Reference) -> bool:
        key = (one.kind, one.target)
        if key not in spans:
            return False
        before = bisect_left(spans[key], (one.end, 0))  # links that begin before its end
        return before > 0 and reach[key][before - 1] > one.start

    return sorted([*links, *(one for one in found if not is_linked(one))])
