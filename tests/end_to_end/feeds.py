"""Whether a feed keeps its rules: Atom (RFC 4287, what we use of it) and JSON Feed 1.1."""

import re
from typing import Any

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z"
_SCHEMA = f"""
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="{ATOM}"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="feed">
      <attribute name="lang" ns="http://www.w3.org/XML/1998/namespace"/>
      <interleave>
        <ref name="id"/><ref name="title"/><ref name="updated"/><ref name="author"/>
        <oneOrMore><ref name="link"/></oneOrMore>
      </interleave>
      <zeroOrMore><ref name="entry"/></zeroOrMore>
    </element>
  </start>
  <define name="entry">
    <element name="entry">
      <interleave>
        <ref name="id"/><ref name="title"/><ref name="updated"/>
        <optional><element name="published"><ref name="date"/></element></optional>
        <oneOrMore><ref name="link"/></oneOrMore>
        <zeroOrMore><ref name="author"/></zeroOrMore>
        <zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
        <optional><element name="summary"><text/></element></optional>
      </interleave>
    </element>
  </define>
  <define name="id"><element name="id">
    <data type="string"><param name="pattern">https?://.+</param></data></element></define>
  <define name="title"><element name="title">
    <data type="string"><param name="minLength">1</param></data></element></define>
  <define name="updated"><element name="updated"><ref name="date"/></element></define>
  <define name="author"><element name="author"><element name="name"><text/></element></element>
  </define>
  <define name="link"><element name="link">
    <attribute name="rel"><choice><value>self</value><value>alternate</value></choice></attribute>
    <attribute name="href"><data type="string"><param name="pattern">https?://.+</param></data>
    </attribute>
    <attribute name="type"/></element></define>
  <define name="date"><data type="string"><param name="pattern">{_DATE}</param></data></define>
</grammar>"""
_schema = etree.RelaxNG(etree.fromstring(_SCHEMA))


def check_atom(body: bytes) -> etree._Element:
    """Return the root of a feed that is as RFC 4287 asks; its ids are unique."""
    root = etree.fromstring(body)
    _schema.assertValid(root)
    ids = [node.text for node in root.iter(f"{{{ATOM}}}id")]
    assert len(set(ids)) == len(ids)
    return root


def check_json_feed(feed: dict[str, Any]) -> None:
    """Check that a feed is as JSON Feed 1.1 asks."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["items"]
    for item in feed["items"]:
        assert item["id"]
        assert item["url"].startswith("http")
        assert item["content_text"]
        assert re.fullmatch(_DATE, item["date_modified"])
        assert re.fullmatch(_DATE, item.get("date_published", "2026-01-01T00:00:00Z"))
