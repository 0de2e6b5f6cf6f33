"""A paper as the XHTML that KOOP makes of its XML (2.4)."""

import textwrap
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape

from spiders.netherlands.simulator.koop.body import DATE, MARK, Body, Kind, Shape, shape
from spiders.netherlands.simulator.koop.metadata_files import inline_fields, meta_element
from spiders.netherlands.simulator.koop.records import Record

_HEAD = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html
  PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="nl">
   <head>
      <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />"""
_STYLES = """      <link href="./op.css" rel="stylesheet" type="text/css" />
      <!--[if lt IE 8]><link href="./op-iehacks.css" rel="stylesheet" type="text/css" /><![endif]-->
      <link href="./kamerstuk.css" rel="stylesheet" type="text/css" />
      <title></title>
   </head>
   <body onload="enablePopup()">
      <div id="kopregel">
         <!--EINDE kopregel-->
      </div>
      <div id="inhoudsopgave"></div>
      <div id="broodtekst">"""
_FOOT = """      </div>
      <div id="voetregel"></div>
   </body>
</html>"""


def make_html(body: Body, record: Record) -> bytes:
    """Write the page; running text is broken over lines anywhere between words."""
    return "\n".join(_lines(body, record)).encode()


def _lines(body: Body, record: Record) -> Iterator[str]:
    sheet = body.sheet
    yield _HEAD
    for field in inline_fields(record):
        yield f"      {meta_element(field, ' />')}"
    yield _STYLES
    for number, title in body.dossiers:
        yield '         <h1 class="dossiertitel"><span class="dossiernummer">'
        yield f"               {escape(number)}"
        yield f"               </span> {escape(title)}"
        yield "         </h1>"
    yield '         <div class="stuk">'
    yield f'            <h1 class="stuktitel"><span class="stuknummer">{escape(sheet.numbered)}'
    yield f"                  </span> {escape(sheet.heading)}"
    yield "            </h1>"
    if body.kind is Kind.MOTION:
        yield f'            <p class="kamerstukdatum">{_dated(sheet.dateline)}</p>'
    yield '            <div class="algemeen">'
    yield from _text(body)
    yield from _closing(body)
    yield from _notes(body)
    yield "            </div>"
    yield "         </div>"
    yield _FOOT


def _text(body: Body) -> Iterator[str]:
    paragraphs = list(body.sheet.paragraphs)
    plain = {body.sheet.dateline, *paragraphs[:1]}
    if body.kind is Kind.LETTER and body.sheet.dateline:
        paragraphs.insert(1, body.sheet.dateline)

    def kind_of(paragraph: str) -> Shape:
        is_letter = body.kind is Kind.LETTER and paragraph not in plain
        return shape(paragraph) if is_letter else Shape.PLAIN

    for kind, group in groupby(paragraphs, kind_of):
        if kind is Shape.ITEM:
            yield '               <ul class="expliciet">'
            for item in group:
                yield f'                  <li><span class="ol">–</span><p>{_run(item[2:])}</p></li>'
            yield "               </ul>"
            continue
        for paragraph in group:
            if kind is Shape.HEADING:
                yield f'               <h2 class="tussenkop">{_run(paragraph)}</h2>'
            elif kind is Shape.TABLE:
                yield from _table(paragraph)
            else:
                yield from _paragraph(paragraph)


def _paragraph(text: str) -> Iterator[str]:
    yield "               "
    lines = textwrap.wrap(text, 86, break_long_words=False, break_on_hyphens=False)
    first, *rest = map(_run, lines)
    yield f"               <p>{first}{'</p>' if not rest else ''}"
    yield from (f"                  {line}" for line in rest)
    if rest:
        yield "               </p>"


def _table(paragraph: str) -> Iterator[str]:
    yield '               <table class="tabel">'
    for line in paragraph.split("\n"):
        cells = "".join([f"<td><p>{escape(cell)}</p></td>" for cell in line.split("\t")])
        yield f"                  <tr>{cells}</tr>"
    yield "               </table>"


def _closing(body: Body) -> Iterator[str]:
    if body.sheet.closing:
        yield '               <div class="alineagroep">'
        for name in body.sheet.closing:
            yield f"                  <p>{escape(name)}</p>"
        yield "               </div>"


def _notes(body: Body) -> Iterator[str]:
    for number, note in enumerate(body.sheet.notes, 1):
        yield (
            f'               <div class="noot" id="noot{number}"><span class="nootnr">{number}'
            f"</span> <p>{escape(note)}</p></div>"
        )


def _dated(dateline: str) -> str:
    return DATE.sub(lambda m: f'<span class="datum">{m[1]}\u00a0{m[2]}</span>', escape(dateline))


def _run(text: str) -> str:
    return MARK.sub(r'<a href="#noot\1" class="nootref"><sup>\1</sup></a>', escape(text))
