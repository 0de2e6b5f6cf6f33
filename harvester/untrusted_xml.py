"""Parse untrusted XML: expand no entities, load nothing, bound its size."""

from lxml import etree

MOST_TAGS = 1_000_000
"""Tags of a document. A full page of a source has some 30,000; each costs about 150 bytes."""
MOST_ATTRIBUTES = 1000
"""Attributes of an element. libxml2 parses any number fast; lxml reads them in quadratic time."""

_is_crowded = etree.XPath(f"boolean(//*[count(@*) > {MOST_ATTRIBUTES}])")


class NotXml(ValueError):
    """Not well-formed, too large, or with an unexpected DOCTYPE."""


def parse_untrusted(data: bytes | str, *, with_doctype: bool = False) -> etree._Element:
    """Return the root element of untrusted XML.

    Depth and text are bounded by libxml2 (256 levels, 10 MB). Comments and processing
    instructions are left out.

    Args:
        data: the whole document.
        with_doctype: whether a DOCTYPE is allowed; its declarations are never read.

    Raises:
        NotXml: the message says what is wrong.
    """
    if _count(data, "<") > MOST_TAGS:
        raise NotXml(f"more than {MOST_TAGS:,} tags")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (ValueError, LookupError) as error:  # a declaration in a str; an unknown encoding
        raise NotXml(f"not readable as XML: {error}") from error
    except etree.XMLSyntaxError as error:
        raise NotXml(f"not well-formed XML: {error}") from error
    if not with_doctype and root.getroottree().docinfo.doctype:
        raise NotXml("a DOCTYPE, which this source never has")
    if _count(data, "=") > MOST_ATTRIBUTES and _is_crowded(root):
        raise NotXml(f"an element with more than {MOST_ATTRIBUTES:,} attributes")
    return root


def _count(data: bytes | str, mark: str) -> int:
    return data.count(mark.encode()) if isinstance(data, bytes) else data.count(mark)
