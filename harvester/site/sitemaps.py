"""Write the sitemap (sitemaps.org 0.9), which leads bots to snapshots, not to a million pages."""

from collections.abc import Sequence
from urllib.parse import quote

from lxml import etree

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(base: str, places: Sequence[str], snapshots: Sequence[str]) -> bytes:
    """Write a sitemap.

    Args:
        base: the site's address, without a slash at the end.
        places: paths of pages.
        snapshots: their names.
    """
    root = etree.Element(f"{{{_NAMESPACE}}}urlset", nsmap={None: _NAMESPACE})
    manifests = (f"/archive/snapshots/{quote(name, safe='')}/snapshot.json" for name in snapshots)
    for path in (*places, *manifests):
        url = etree.SubElement(root, f"{{{_NAMESPACE}}}url")
        etree.SubElement(url, f"{{{_NAMESPACE}}}loc").text = f"{base}{path}"
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))
