"""A paper as XML: the modern `officiele-publicatie`, the older `kamerwrk`, an empty shell (2.4)."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape

from spiders.netherlands.simulator.koop.body import DATE, Body, Form, Kind, Shape, shape
from spiders.netherlands.simulator.koop.inline import Inline
from spiders.netherlands.simulator.koop.metadata_files import inline_fields, meta_element
from spiders.netherlands.simulator.koop.records import Record

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMAS = (
    "http://technische-documentatie.oep.overheid.nl/repository/schemas/op-consolidated/"
    "op-consolidated_2014-05-15/xsd/op-xsd-2014-05-15.xsd",
    "http://technische-documentatie.oep.overheid.nl/schema/op-xsd-2012-2",
)
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_LOCATION = re.compile(r"xsi:noNamespaceSchemaLocation=\"[^\"]*\"")
_CHAPTER = re.compile(r"(\d\d \d\d\d) (\S+)\Z")
_COUNCIL = re.compile(r"(\d\d \d\d\d)-(\d\d)\Z")
_SENTENCE = re.compile(r"(?<=[a-z]\. )(?=[A-Z])")


def make_xml(body: Body, record: Record) -> bytes:
    """Write a paper as the repository has it: UTF-8, LF, no byte-order mark, no final newline."""
    if body.source is not None:
        return body.source
    if body.form is Form.LEGACY:
        return (_DECLARATION + "\n".join(_legacy(body))).encode()
    lines = _shell(body, record) if body.form is Form.SHELL else _modern(body, record)
    return (_DECLARATION + "\n".join(lines)).encode()


def as_on_the_other_host(content: bytes) -> bytes:
    """Write the same XML as the zoek host does (2.2): byte-order mark, CRLF, ` />`."""
    text = content.decode().replace("\r\n", "\n").rstrip("\n")
    text = text.replace('encoding="UTF-8"', 'encoding="utf-8"', 1)
    location = _LOCATION.search(text)
    if location is not None:
        text = text.replace(f"{location[0]} {_XSI}", f"{_XSI} {location[0]}", 1)
    text = re.sub(r"(?<! )/>", " />", text)
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def _root(body: Body) -> str:
    # The schema that is named does not go by date (2.4).
    schema = _SCHEMAS[body.day.toordinal() % 7 == 3]
    return f'<officiele-publicatie xsi:noNamespaceSchemaLocation="{schema}" {_XSI}>'


def _metadata(body: Body, record: Record) -> Iterator[str]:
    """Write all the metadata, or where they are."""
    url = f"https://zoek.officielebekendmakingen.nl/{record.identifier}/metadata.xml"
    fields = [("OVERHEIDop.externMetadataRecord", "", url)]
    yield "  <metadata>"
    for field in inline_fields(record) if body.has_metadata else fields:
        yield f"    {meta_element(field, '/>')}"
    yield "  </metadata>"


def _shell(body: Body, record: Record) -> Iterator[str]:
    yield _root(body)
    yield from _metadata(body, record)
    yield "</officiele-publicatie>"


def _modern(body: Body, record: Record) -> Iterator[str]:
    sheet = body.sheet
    yield _root(body)
    yield from _metadata(body, record)
    yield "  <kamerstuk>"
    yield "    <kamerstukkop>"
    for name, text in (
        ("vergaderjaar", f"Vergaderjaar {sheet.year.replace('–', '-')}"),
        ("kameraanduiding", sheet.chamber_name),
        ("kamernummer", str(sheet.chamber)),
        ("documenttype", "Kamerstukken"),
    ):
        yield f'      <tekstregel inhoud="{name}">{escape(text)}</tekstregel>'
    yield "    </kamerstukkop>"
    for number, title in body.dossiers:
        yield from _dossier(number, title)
    yield "    <stuk>"
    number = f'<ondernummer kamer="{sheet.chamber}">{escape(sheet.number)}</ondernummer>'
    yield f"      <stuknr>{'' if sheet.number.isalpha() else 'Nr. '}{number}</stuknr>"
    # The titles of letters may end in a space.
    yield f"      <titel>{escape(sheet.heading)}{' ' if body.has_breaks else ''}</titel>"
    if body.kind is Kind.MOTION:
        yield f"      <datumtekst>{_dated(body)}</datumtekst>"
    yield "      <algemeen>"
    yield "        <vrije-tekst>"
    yield '          <tekst status="goed">'
    yield from _text(body, record.identifier)
    yield "          </tekst>"
    yield "        </vrije-tekst>"
    if body.kind is Kind.LETTER:
        yield from _signature(body)
    yield "      </algemeen>"
    yield "    </stuk>"
    yield "  </kamerstuk>"
    yield "</officiele-publicatie>"


def _dossier(number: str, title: str) -> Iterator[str]:
    chapter, council = _CHAPTER.match(number), _COUNCIL.match(number)
    yield "    <dossier>"
    yield "      <dossiernummer>"
    if council:
        number, serial = council.groups()
        written = f"<dossiernr>{number}</dossiernr>-<raadnr>{serial}</raadnr>"
        yield f"        {written}</dossiernummer>"
    else:
        yield f"        <dossiernr>{escape(chapter[1] if chapter else number)}</dossiernr>"
        if chapter:
            yield f"        <begrotingshoofdstuk>{escape(chapter[2])}</begrotingshoofdstuk>"
        yield "      </dossiernummer>"
    yield f"      <titel>{escape(title)}</titel>"
    yield "    </dossier>"


def _dated(body: Body) -> str:
    written = f'<datum isodatum="{body.day}">'
    return DATE.sub(lambda m: f"{written}{m[1]}\u00a0{m[2]}</datum>", escape(body.sheet.dateline))


def _text(body: Body, identifier: str) -> Iterator[str]:
    paragraphs = list(body.sheet.paragraphs)
    if body.kind is Kind.LETTER and body.sheet.dateline:
        # A letter's date is a paragraph after the address and nothing else (2.4).
        paragraphs.insert(1, body.sheet.dateline)
    inline = Inline(body, identifier)
    for kind, group in groupby(paragraphs, _shape_in(body)):
        if kind is Shape.ITEM:
            yield '            <lijst level="single" type="expliciet">'
            for item in group:
                yield f"              <li><li.nr>–</li.nr><al>{inline.write(item[2:])}</al></li>"
            yield "            </lijst>"
            continue
        for paragraph in group:
            if kind is Shape.HEADING:
                yield f'            <tussenkop kopopmaak="vet">{escape(paragraph)}</tussenkop>'
            elif kind is Shape.TABLE:
                yield from _table(paragraph)
            else:
                made = inline.write(paragraph)
                if body.has_breaks:
                    made = _SENTENCE.sub("<?xpp afbreek?>", made, count=1)
                yield f"            <al>{made}</al>"
    if body.kind is Kind.MOTION:
        yield from _names(body.sheet.closing)


def _names(names: Sequence[str]) -> Iterator[str]:
    """Write who moves: one name is a paragraph, several are a group of them."""
    if len(names) == 1:
        yield f"            <al>{escape(names[0])}</al>"
    elif names:
        yield "            <al-groep>"
        for name in names:
            yield f"              <al>{escape(name)}</al>"
        yield "            </al-groep>"


class _shape_in:  # noqa: N801 - it is called like a function
    """Tells the shape of a letter's paragraph; the address of a letter is no heading."""

    def __init__(self, body: Body) -> None:
        self._is_letter = body.kind is Kind.LETTER
        self._plain = set(body.sheet.paragraphs[:1]) | {body.sheet.dateline}

    def __call__(self, paragraph: str) -> Shape:
        is_plain = not self._is_letter or paragraph in self._plain
        return Shape.PLAIN if is_plain else shape(paragraph)


def _table(paragraph: str) -> Iterator[str]:
    """Write rows of cells, the first one as head (CALS)."""
    rows = [line.split("\t") for line in paragraph.split("\n")]
    yield f'            <table frame="all"><tgroup cols="{len(rows[0])}">'
    for place in range(len(rows[0])):
        yield f'              <colspec colnum="{place + 1}" colname="col{place + 1}"/>'
    for part, held in (("thead", rows[:1]), ("tbody", rows[1:])):
        yield f"              <{part}>"
        for row in held:
            cells = "".join([f"<entry><al>{escape(cell)}</al></entry>" for cell in row])
            yield f"                <row>{cells}</row>"
        yield f"              </{part}>"
    yield "            </tgroup></table>"


def _signature(body: Body) -> Iterator[str]:
    if not body.sheet.closing:
        return
    office, *names = body.sheet.closing
    yield "        <tekst-sluiting>"
    yield "          <ondertekening>"
    yield f"            <functie>{escape(office)}</functie>"
    for name in names:
        if body.signed_deze:
            yield f"            <deze>{escape(name)}</deze>"
            continue
        initials, surname = name.split(" ", 1)
        yield "            <naam>"
        yield f"              <voornaam>{escape(initials)}</voornaam>"
        yield f"              <achternaam>{escape(surname)}</achternaam>"
        yield "            </naam>"
    yield "          </ondertekening>"
    yield "        </tekst-sluiting>"


def _legacy(body: Body) -> Iterator[str]:
    """Write the form of 1995 to 2009."""
    sheet = body.sheet
    yield '<kamerwrk kamer="sg" publtype="meto">'
    yield f"<kop><titel>{escape(sheet.chamber_name)}</titel>"
    yield f"<subtitel>Vergaderjaar {escape(sheet.year)}</subtitel></kop>"
    yield '<frontm><versie dtd="kamerwrk" conv="1.0" markup="sgml"/>'
    yield f"<ordernr>{body.day:%y}{body.day.toordinal() % 10_000:04d}</ordernr>"
    yield f"<vergjaar>{escape(sheet.year)}</vergjaar>"
    for number, title in body.dossiers:
        yield f"<onderw><nummer>{escape(number)}</nummer><naam>{escape(title)}</naam></onderw>"
    yield "</frontm>"
    yield f"<body><stuk><ltrlabel>Nr.</ltrlabel><nummer>{escape(sheet.number)}</nummer>"
    yield f"<titel>{escape(sheet.heading)}</titel>"
    for paragraph in (sheet.dateline, *sheet.paragraphs):
        if paragraph != sheet.dateline and shape(paragraph) is Shape.HEADING:
            yield f'<tuskop letat="cur">{escape(paragraph)}</tuskop>'
        else:
            yield f"<al>{escape(paragraph)}</al>"
    yield '<witreg aantal="1"/>'
    for line in sheet.closing:
        yield f"<al>{escape(line)}</al>"
    yield "</stuk></body>"
    yield "</kamerwrk>"
