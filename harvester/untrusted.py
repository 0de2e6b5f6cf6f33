"""XML from others: no entity is expanded, nothing is loaded, nothing huge is built."""

from lxml import etree


class NotXml(ValueError):
    """It is not well-formed, or has a DOCTYPE where none belongs."""


def parse_untrusted(data: bytes | str, *, with_doctype: bool = False) -> etree._Element:
    """Return the root element of XML that anyone may have written.

    Args:
        data: the whole document.
        with_doctype: whether a DOCTYPE is let pass; what it declares is not read either way.

    Raises:
        NotXml: in words that name what is wrong.
    """
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
    except etree.XMLSyntaxError as error:
        raise NotXml(f"not well-formed XML: {error}") from error
    if not with_doctype and root.getroottree().docinfo.doctype:
        raise NotXml("a DOCTYPE, which this source never has")
    return root
