"""Extract the text of XML and HTML files."""

from lxml import etree

from harvester.characters import LINE_BREAK
from harvester.text.cleaning import clean_paragraphs
from harvester.text.conventions import Conventions
from harvester.text.result import ExtractionFailed, Text
from harvester.text.walk import Rules, paragraphs, tag_name
from harvester.untrusted_xml import NotXml, parse_untrusted

_UTF8_BOM = b"\xef\xbb\xbf"

# fmt: off
_HTML_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "ul",
))
# fmt: on


def _is_html_block(element: etree._Element) -> bool:
    return tag_name(element) in _HTML_BLOCKS


HTML_RULES = Rules(
    is_block=_is_html_block,
    skipped=frozenset({"head", "script", "style", "noscript", "template", "svg"}),
    signs={"br": LINE_BREAK},
    rows=frozenset({"tr"}),
    cells=frozenset({"td", "th"}),
)


def xml_tree(data: bytes) -> etree._Element:
    """Parse XML without entities, without DTDs and without the network.

    Raises:
        ExtractionFailed: it is not well-formed.
    """
    try:
        return parse_untrusted(data.removeprefix(_UTF8_BOM).lstrip(), with_doctype=True)
    except NotXml as error:
        raise ExtractionFailed(f"not readable: {error}") from error


def read_xml(data: bytes, conventions: Conventions) -> Text:
    """Extract the text of XML, with its structure if the parliament knows the vocabulary.

    In any other vocabulary an element is a paragraph unless text stands next to it.

    Raises:
        ExtractionFailed: it is not well-formed.
    """
    root = xml_tree(data)
    if (text := conventions.read_document(root)) is not None:
        return text
    blocks = {root}
    for parent in root.iter(etree.Element):
        blocks.update(_block_children(parent))
    return as_text(paragraphs(root, Rules(is_block=blocks.__contains__)))


def read_html(data: bytes, conventions: Conventions) -> Text:
    """Extract the text of HTML, without scripts and styles.

    Raises:
        ExtractionFailed: it has no element.
    """
    data = data.removeprefix(_UTF8_BOM)
    parser = etree.HTMLParser(
        encoding="utf-8" if _is_utf8(data) else None,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ExtractionFailed(f"not readable: {error}") from error
    if root is None:
        raise ExtractionFailed("not readable: no element in it")
    return as_text(paragraphs(root, HTML_RULES))


def as_text(found: list[str]) -> Text:
    """Make the result from paragraphs."""
    text = clean_paragraphs(found)
    return Text("ok", text) if text else Text("empty", reason="no text in it")


def _block_children(parent: etree._Element) -> list[etree._Element]:
    """Return the children of an element that has no text between them."""
    beside = (parent.text, *(child.tail for child in parent))
    if any(text and not text.isspace() for text in beside):
        return []
    return list(parent)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
