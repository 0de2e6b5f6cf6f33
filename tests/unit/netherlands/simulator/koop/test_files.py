"""The files of a publication, compared with the forms that the guide gives."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from lxml import etree

from spiders.netherlands.simulator.koop.body import Body, Form
from spiders.netherlands.simulator.koop.files import file_of, make
from spiders.netherlands.simulator.koop.metadata_files import make_metadata, make_owms
from spiders.netherlands.simulator.koop.papers_xml import as_on_the_other_host, make_xml
from spiders.netherlands.simulator.koop.records import ANNEX, FEW_MANIFESTATIONS, Record
from spiders.netherlands.simulator.koop.repository import Entry
from tests.unit.netherlands.simulator.koop.makers import LETTER, MOTION, RECORD, record

_SCHEMA = (
    "http://technische-documentatie.oep.overheid.nl/repository/schemas/op-consolidated/"
    "op-consolidated_2014-05-15/xsd/op-xsd-2014-05-15.xsd"
)
_MOTION_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<officiele-publicatie xsi:noNamespaceSchemaLocation="{_SCHEMA}" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <metadata>
    <meta name="OVERHEIDop.externMetadataRecord" scheme="" \
content="https://zoek.officielebekendmakingen.nl/kst-36900-XII-48/metadata.xml"/>
  </metadata>
  <kamerstuk>
    <kamerstukkop>
      <tekstregel inhoud="vergaderjaar">Vergaderjaar 2026-2027</tekstregel>
      <tekstregel inhoud="kameraanduiding">Tweede Kamer der Staten-Generaal</tekstregel>
      <tekstregel inhoud="kamernummer">2</tekstregel>
      <tekstregel inhoud="documenttype">Kamerstukken</tekstregel>
    </kamerstukkop>
    <dossier>
      <dossiernummer>
        <dossiernr>36 900</dossiernr>
        <begrotingshoofdstuk>XII</begrotingshoofdstuk>
      </dossiernummer>
      <titel>Begroting Water &amp; Wegen</titel>
    </dossier>
    <dossier>
      <dossiernummer>
        <dossiernr>29 351</dossiernr>
      </dossiernummer>
      <titel>Sluizen</titel>
    </dossier>
    <stuk>
      <stuknr>Nr. <ondernummer kamer="2">48</ondernummer></stuknr>
      <titel>MOTIE VAN HET LID TERPSMA</titel>
      <datumtekst>Voorgesteld <datum isodatum="2026-10-01">1 oktober 2026</datum></datumtekst>
      <algemeen>
        <vrije-tekst>
          <tekst status="goed">
            <al>De Kamer,</al>
            <al>verzoekt &lt; iets,</al>
            <al>en gaat over tot de orde van de dag.</al>
            <al-groep>
              <al>Terpsma</al>
              <al>De Wulp</al>
            </al-groep>
          </tekst>
        </vrije-tekst>
      </algemeen>
    </stuk>
  </kamerstuk>
</officiele-publicatie>"""
_LETTER_TEXT = """\
            <al>Aan de Voorzitter van de Tweede Kamer der Staten-Generaal</al>
            <al>Den Haag, 1 oktober 2026</al>
            <tussenkop kopopmaak="vet">Inleiding</tussenkop>
            <al>De moties (Kamerstuk <extref doc="kst-36900-XII-47" soort="document" \
status="actief">36 900 XII, nrs. 47</extref> en <extref doc="kst-36900-XII-48" \
soort="document" status="actief">48</extref>) worden ontraden.<noot id="ID-379-d36e51" \
type="voet"><noot.nr>1</noot.nr><noot.al>Kamerstuk <extref doc="kst-29351-12" \
soort="document" status="actief">29 351, nr. 12</extref>.</noot.al></noot> Er is meer.</al>
            <al>Er zijn drie stappen:</al>
            <lijst level="single" type="expliciet">
              <li><li.nr>–</li.nr><al>de eerste;</al></li>
              <li><li.nr>–</li.nr><al>de tweede.</al></li>
            </lijst>
            <table frame="all"><tgroup cols="2">
              <colspec colnum="1" colname="col1"/>
              <colspec colnum="2" colname="col2"/>
              <thead>
                <row><entry><al>Jaar</al></entry><entry><al>Bedrag</al></entry></row>
              </thead>
              <tbody>
                <row><entry><al>2026</al></entry><entry><al>&lt; 3,4</al></entry></row>
              </tbody>
            </tgroup></table>
          </tekst>
        </vrije-tekst>
        <tekst-sluiting>
          <ondertekening>
            <functie>De Minister van Water en Wegen,</functie>
            <naam>
              <voornaam>A.B.</voornaam>
              <achternaam>van der Terp</achternaam>
            </naam>
          </ondertekening>
        </tekst-sluiting>
"""
_METADATA = """<?xml version="1.0" encoding="UTF-8"?>
<metadata_gegevens>
<metadata name="OVERHEIDop.documentStatus" scheme="" content="Opgemaakt na onopgemaakt"/>
<metadata name="DC.title" scheme="" content="Begroting Water &amp; Wegen; Motie; Motie van het \
lid Terpsma over sluizen"/>
<metadata name="OVERHEIDop.doctype" scheme="" content="Officiële Publicaties, versie 1.1"/>
<metadata name="OVERHEIDop.documenttitel" scheme="" content="Motie van het lid Terpsma over \
sluizen"/>
<metadata name="OVERHEIDop.dossiernummer" scheme="" content="36900-XII;29351"/>
<metadata name="OVERHEIDop.dossiertitel" scheme="" content="Begroting Water &amp; Wegen"/>
<metadata name="OVERHEIDop.indiener" scheme="" content="A.B. (Anne) Terpsma"/>
<metadata name="OVERHEIDop.indiener" scheme="" content="C. de Wulp"/>
<metadata name="OVERHEIDop.ondernummer" scheme="" content="48"/>
<metadata name="OVERHEIDop.publicationName" scheme="" content="Kamerstuk"/>
<metadata name="OVERHEIDop.vergaderjaar" scheme="" content="2026-2027"/>
<metadata name="DCTERMS.language" scheme="DCTERMS.RFC4646" content="nl"/>
<metadata name="DCTERMS.available" scheme="DCTERMS.W3CDTF" content="2026-10-02"/>
<metadata name="DCTERMS.issued" scheme="DCTERMS.W3CDTF" content="2026-10-01"/>
<metadata name="DC.type" scheme="OVERHEID.Informatietype" content="officiële publicatie"/>
<metadata name="OVERHEID.organisationType" scheme="OVERHEID.Organisatietype" \
content="staten generaal"/>
<metadata name="DC.creator" scheme="OVERHEID.StatenGeneraal" \
content="Tweede Kamer der Staten-Generaal"/>
<metadata name="OVERHEID.category" scheme="OVERHEID.TaxonomieBeleidsagenda" \
content="Verkeer | Water"/>
<metadata name="DC.type" scheme="OVERHEIDop.KamerstukTypen" content="Motie"/>
<metadata name="DC.type" scheme="OVERHEIDop.Parlementair" content="Kamerstuk"/>
<metadata name="DC.identifier" scheme="OVERHEIDop.ParlID" content="kst-36900-XII-48"/>
</metadata_gegevens>"""


def _entry(body: Body, described: Record = RECORD) -> Entry:
    return Entry(described, lambda: body)


def _pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_a_motion_is_written_as_the_guide_has_it() -> None:
    assert make_xml(MOTION, RECORD).decode() == _MOTION_XML


def test_a_letter_has_its_date_in_a_paragraph_links_notes_and_a_signature() -> None:
    written = make_xml(LETTER, record(identifier="kst-29351-379")).decode()
    assert _LETTER_TEXT in written
    assert "datumtekst" not in written
    etree.fromstring(written.encode())


def test_the_number_of_a_council_is_written_behind_the_dossier() -> None:
    body = replace(MOTION, dossiers=(("21 501-32", "Raad"),))
    written = make_xml(body, RECORD).decode()
    assert "<dossiernr>21 501</dossiernr>-<raadnr>32</raadnr></dossiernummer>\n" in written


def test_one_mover_is_a_paragraph_and_several_are_a_group() -> None:
    alone = replace(MOTION, sheet=replace(MOTION.sheet, closing=("Terpsma",)))
    written = make_xml(alone, RECORD).decode()
    assert "van de dag.</al>\n            <al>Terpsma</al>\n          </tekst>" in written


def test_the_space_in_a_linked_dossier_may_be_one_that_does_not_break() -> None:
    written = make_xml(replace(LETTER, has_firm_spaces=True), RECORD).decode()
    assert ">36\u00a0900 XII, nrs. 47</extref> en <extref" in written
    assert ">29\u00a0351, nr. 12</extref>" in written


def test_newer_xml_begins_with_all_the_metadata() -> None:
    root = etree.fromstring(make_xml(replace(MOTION, has_metadata=True), RECORD))
    metas = [(m.get("name"), m.get("scheme"), m.get("content")) for m in root.iter("meta")]
    assert metas[:3] == [
        ("DC.identifier", "OVERHEIDop.ParlID", "kst-36900-XII-48"),
        ("OVERHEIDop.ondernummer", None, "48"),
        ("DCTERMS.available", "DCTERMS.W3CDTF", "2026-10-02"),
    ]
    assert metas[-1] == ("OVERHEIDop.versieInformatie", None, "")
    movers = [content for name, _, content in metas if name == "OVERHEIDop.indiener"]
    assert movers == ["A.B. (Anne) Terpsma", "C. de Wulp"]


def test_some_letters_are_signed_in_one_line_and_have_the_typesetters_marks() -> None:
    body = replace(LETTER, signed_deze=True, has_breaks=True)
    written = make_xml(body, record(identifier="kst-29351-379")).decode()
    assert "            <deze>A.B. van der Terp</deze>\n" in written
    assert "achternaam" not in written
    assert "<titel>BRIEF VAN DE MINISTER </titel>" in written


def test_a_paper_of_the_eerste_kamer_has_a_letter_for_a_number() -> None:
    sheet = replace(MOTION.sheet, chamber=1, number="AA", dossier="CXLVI")
    body = replace(MOTION, sheet=sheet, dossiers=(("CXLVI", "Eigen"),))
    written = make_xml(body, record(identifier="kst-CXLVI-AA")).decode()
    assert '<stuknr><ondernummer kamer="1">AA</ondernummer></stuknr>' in written
    assert "<dossiernr>CXLVI</dossiernr>" in written
    assert '<tekstregel inhoud="kamernummer">1</tekstregel>' in written
    text = _pdf_text(make(_entry(body, record(identifier="kst-CXLVI-AA")), "pdf"))
    assert "Eerste Kamer der Staten-Generaal" in text
    assert "Eerste Kamer, vergaderjaar 2026–2027, CXLVI, AA" in text


def test_an_empty_shell_has_its_metadata_alone() -> None:
    root = etree.fromstring(
        make_xml(replace(MOTION, form=Form.SHELL), record(identifier="kst-1-2"))
    )
    assert [child.tag for child in root] == ["metadata"]


def test_an_old_paper_is_a_kamerwrk() -> None:
    body = replace(MOTION, form=Form.LEGACY, day=date(1997, 1, 2))
    root = etree.fromstring(make_xml(body, record(identifier="kst-1-2")))
    assert (root.tag, root.get("kamer"), root.get("publtype")) == ("kamerwrk", "sg", "meto")
    assert root.findtext("frontm/onderw/nummer") == "36 900 XII"
    assert root.findtext("body/stuk/nummer") == "48"
    assert [al.text for al in root.iter("al")] == [
        "Voorgesteld 1 oktober 2026",
        *MOTION.sheet.paragraphs,
        *MOTION.sheet.closing,
    ]


def test_the_other_host_writes_the_same_xml_in_another_way() -> None:
    ours = make_xml(MOTION, RECORD)
    theirs = as_on_the_other_host(ours)
    assert theirs.startswith(
        b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\r\n<officiele-publicatie xmlns:xsi='
        b'"http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation='
    )
    assert b'metadata.xml" />\r\n' in theirs
    assert b"\n" not in theirs.replace(b"\r\n", b"")
    assert theirs.endswith(b"</officiele-publicatie>")
    canonical = [
        etree.tostring(etree.fromstring(text), method="c14n2", strip_text=True)
        for text in (ours, theirs.removeprefix(b"\xef\xbb\xbf"))
    ]
    assert canonical[0] == canonical[1]


def test_metadata_is_written_as_the_guide_has_it() -> None:
    assert make_metadata(RECORD).decode() == _METADATA
    annex = record(type=ANNEX, main_document="kst-1-2", subrubriek=None)
    assert (
        make_metadata(annex)
        .decode()
        .endswith(
            '<metadata name="OVERHEIDop.hoofddocument" scheme="OVERHEIDop.ParlID"'
            ' content="kst-1-2"/>\n'
            "</metadata_gegevens>"
        )
    )
    assert (
        'content="&quot;Sluizen&quot; &amp; &lt;"'
        in make_metadata(record(title='"Sluizen" & <')).decode()
    )


def test_owms_metadata_have_a_point_in_modified_and_the_date_of_the_files() -> None:
    text = make_owms(RECORD).decode()
    assert "<dcterms.modified>2026-10-02</dcterms.modified>" in text
    assert (
        "\n<!--\n      Generatie: versie XSLT 1.1 op 2026-10-06+02:00-->\n<owms-metadata " in text
    )
    root = etree.fromstring(text.encode())
    assert [child.tag for child in root if isinstance(child.tag, str)] == [
        "owmskern",
        "owmsmantel",
        "oep",
    ]


def test_some_owms_metadata_are_in_windows_1252() -> None:
    made = [make_owms(record(identifier=f"kst-1-{n}", title="Appèl ’s – Ḍ")) for n in range(10)]
    declared = {text.split(b'encoding="')[1].split(b'"')[0] for text in made}
    assert declared == {b"UTF-8", b"windows-1252"}
    for text in made:
        title = etree.fromstring(text).findtext(".//{http://purl.org/dc/terms/}title")
        assert title == "Appèl ’s – Ḍ"


def test_the_typeset_pdf_has_the_identifier_and_is_another_file_than_what_was_sent() -> None:
    typeset = make(_entry(MOTION), "pdf")
    sent = make(_entry(replace(MOTION, is_typeset=False)), "pdf")
    assert typeset != sent
    assert "kst-36900-XII-48\r\nISSN 0921 - 7371\r\n’s-Gravenhage 2026" in _pdf_text(typeset)
    assert "kst-" not in _pdf_text(sent)
    for text in (_pdf_text(typeset), _pdf_text(sent)):
        assert "verzoekt < iets," in text


def test_html_and_odt_say_the_same_words() -> None:
    entry = _entry(LETTER)
    page = etree.fromstring(make(entry, "html"))
    with zipfile.ZipFile(io.BytesIO(make(entry, "odt"))) as package:
        assert package.namelist()[0] == "mimetype"
        assert package.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        content = etree.fromstring(package.read("content.xml"))
        for name in package.namelist():
            assert name == "mimetype" or etree.fromstring(package.read(name)) is not None
    for root in (page, content):
        said = " ".join("".join(map(str, root.itertext())).split())
        for words in ("36 900 XII, nrs. 47 en 48", "de eerste;", "Den Haag, 1 oktober 2026"):
            assert words in said
        assert "Kamerstuk 29 351, nr. 12." in said
    names = {"h": "http://www.w3.org/1999/xhtml"}
    metas = {m.get("name"): m.get("content") for m in page.iterfind(".//h:meta", names)}
    assert metas["DC.identifier"] == "kst-36900-XII-48"


@pytest.mark.parametrize("manifestation", ["xml", "html", "odt", "pdf", "metadata", "metadataowms"])
def test_the_same_publication_gives_the_same_bytes(manifestation: str) -> None:
    assert make(_entry(LETTER), manifestation) == make(_entry(LETTER), manifestation)


def test_a_file_has_a_tag_of_its_own_on_each_host_and_for_each_edition() -> None:
    tags = set()
    for entry in (_entry(MOTION), replace(_entry(MOTION), edition=2)):
        for manifestation in ("xml", "pdf"):
            for is_other in (False, True):
                file = file_of(entry, manifestation, on_other_host=is_other)
                assert file is not None
                tags.add(file.etag)
    assert len(tags) == 6
    few = record(manifestations=FEW_MANIFESTATIONS)
    assert file_of(_entry(MOTION, few), "xml") is None
