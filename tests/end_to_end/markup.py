"""Whether a page is valid HTML, as far as a parser and its own references tell."""

from collections import Counter
from itertools import pairwise

import html5lib
from lxml import etree

_XHTML = "{http://www.w3.org/1999/xhtml}"
_CHILDREN = {
    "ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"td", "th"},
    "table": {"caption", "thead", "tbody", "tfoot", "tr", "colgroup"},
}  # fmt: skip


def check_html(text: str, where: str) -> None:
    """Raise an AssertionError that names what is wrong with a page."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), strict=True)
    root = parser.parse(text).getroot()
    elements = [e for e in root.iter() if isinstance(e.tag, str)]
    ids = Counter(e.get("id") for e in elements if e.get("id"))
    assert [id_ for id_, many in ids.items() if many > 1] == [], where
    for element in elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert set((element.get(name) or "").split()) <= ids.keys(), (where, name)
        href = element.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids, (where, href)
        _check_content(element, where)
    assert len(root.findall(f".//{_XHTML}h1")) == 1, where
    assert len(root.findall(f".//{_XHTML}main")) == 1, where
    levels = [int(e.tag[-1]) for e in elements if e.tag in {f"{_XHTML}h{n}" for n in range(1, 7)}]
    jumps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    assert jumps == [], (where, "headings skip a level")


def _check_content(element: etree._Element, where: str) -> None:
    """Check that lists and tables hold what they may, and that nothing runs."""
    name = str(element.tag).removeprefix(_XHTML)
    if name in _CHILDREN:
        children = {str(e.tag).removeprefix(_XHTML) for e in element if isinstance(e.tag, str)}
        assert children <= _CHILDREN[name], (where, name, children)
        assert not (element.text or "").strip(), (where, name)
    assert name != "script" or element.get("type") == "application/ld+json", where
    assert not any(str(key).startswith("on") or key == "style" for key in element.attrib), where
    assert not (element.get("href") or "").lower().startswith("javascript:"), where
