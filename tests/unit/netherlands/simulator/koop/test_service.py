"""The search and the files over HTTP."""

import asyncio
import re
import urllib.parse
from collections.abc import Iterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from lxml import etree

from spiders.netherlands.simulator.faults import Faults
from spiders.netherlands.simulator.koop.repository import Entry, Repository
from spiders.netherlands.simulator.koop.service import Service
from tests.unit.netherlands.simulator.client import Client
from tests.unit.netherlands.simulator.conftest import running
from tests.unit.netherlands.simulator.koop.asking import (
    ALL,
    GZD,
    SRU,
    ask,
    identifiers,
    one,
    present,
    root_of,
)
from tests.unit.netherlands.simulator.koop.makers import MOTION, record


@pytest.fixture(scope="module")
def walled() -> Iterator[Client]:
    """A simulator whose search ends early."""
    with running("--seed", "5", "--size", "0.3", "--wall", "21") as client:
        yield client


def test_a_walk_over_all_pages_finds_what_is_there(simulator: Client) -> None:
    found: list[str] = []
    position: str | None = "1"
    while position is not None:
        answer = ask(
            simulator,
            f"{ALL} sortBy dt.identifier/sort.ascending",
            startRecord=position,
            maximumRecords=100,
        )
        found += identifiers(answer)
        position = root_of(answer).findtext(f"{SRU}nextRecordPosition")
    assert found == sorted(present(simulator), key=str.casefold)
    assert simulator.requests()["requests"]["sru"] == {"200": 3}


def test_ten_records_come_by_default_and_a_thousand_at_most(simulator: Client) -> None:
    assert len(identifiers(ask(simulator, ALL))) == 10
    answer = ask(simulator, ALL, maximumRecords=5000)
    assert len(identifiers(answer)) == len(present(simulator)) <= 1000
    assert b"<sru:maximumRecords>5000</sru:maximumRecords>" in answer.body
    assert identifiers(ask(simulator, ALL, startRecord=0)) == identifiers(ask(simulator, ALL))


def test_a_page_of_more_than_a_thousand_is_cut_to_a_thousand() -> None:
    repository = Repository()
    for number in range(1003):
        repository.put(Entry(record(identifier=f"kst-1-{number:04d}"), lambda: MOTION))
    app = web.Application()
    Service(repository, Faults(), lambda: "http://koop").add_routes(app)

    async def body() -> bytes:
        async with TestClient(TestServer(app)) as client:
            query = {"query": "cql.allRecords=1", "maximumRecords": "5000"}
            return await (await client.get("/sru", params=query)).read()

    root = etree.fromstring(asyncio.run(body()))
    assert root.findtext(f"{SRU}numberOfRecords") == "1003"
    assert len(root.findall(f"{SRU}records/{SRU}record")) == 1000
    assert root.findtext(f"{SRU}nextRecordPosition") == "1001"
    assert root.findtext(f".//{SRU}maximumRecords") == "5000"


def test_the_key_set_cursor_walks_the_same(simulator: Client) -> None:
    found: list[str] = []
    last = ""
    while True:
        query = f'{ALL} AND dt.identifier>"{last}" sortBy dt.identifier/sort.ascending'
        page = identifiers(ask(simulator, query, maximumRecords=90))
        if not page:
            break
        found += page
        last = page[-1]
    assert found == sorted(present(simulator), key=str.casefold)


@pytest.mark.parametrize(
    ("path", "others"),
    [
        ("/sru", {}),
        ("/sru/Search", {"operation": "searchRetrieve", "version": "1.2", "recordSchema": "gzd"}),
        ("/sru", {"version": "2.0", "x-connection": "oep", "httpAccept": "application/xml"}),
    ],
)
def test_addresses_and_parameters_that_do_not_matter(
    simulator: Client, path: str, others: dict[str, str]
) -> None:
    answer = ask(simulator, f"{ALL} AND w.subrubriek==Motie", path, **others)
    assert answer.body == ask(simulator, f"{ALL} AND w.subrubriek==Motie").body
    assert b"<sru:version>2.0</sru:version>" in answer.body


def test_a_form_can_be_posted(simulator: Client) -> None:
    form = urllib.parse.urlencode({"query": ALL, "maximumRecords": 3}).encode()
    answer = simulator.ask(
        "POST", "/sru/Search", form, {"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert len(identifiers(answer)) == 3


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        ({"query": "dcterms.type==x"}, 10, "unknown prefix dcterms"),
        ({"query": "two words"}, 10, "line 1:4 mismatched input 'words' expecting"),
        ({}, 7, "Mandatory parameter not supplied: query"),
        ({"operation": "nonsense"}, 4, "Unsupported operation nonsense"),
        ({"query": "x", "startRecord": "-1"}, 6, "Unsupported parameter value: startRecord=-1"),
        ({"query": "x", "maximumRecords": "9" * 99}, 6, "Unsupported parameter value"),
        ({"operation": "scan"}, 7, "Mandatory parameter not supplied: scanClause"),
    ],
)
def test_a_diagnostic_comes_with_status_200(
    simulator: Client, asked: dict[str, str], code: int, message: str
) -> None:
    root = root_of(ask(simulator, **asked))
    assert root.find(f"{SRU}numberOfRecords") is None
    diagnostic = "{http://docs.oasis-open.org/ns/search-ws/diagnostic}"
    assert root.findtext(f".//{diagnostic}uri") == f"info:srw/diagnostic/1/{code}"
    assert root.findtext(f".//{diagnostic}message").startswith(message)


def test_no_records_are_an_answer_too(simulator: Client) -> None:
    root = root_of(ask(simulator, f"{ALL} AND dt.modified>=2099-01-01"))
    assert root.findtext(f"{SRU}numberOfRecords") == "0"
    assert root.find(f"{SRU}nextRecordPosition") is None


def test_explain_and_scan_answer(simulator: Client) -> None:
    explained = ask(simulator, operation="explain").body.decode()
    assert f'numRecs="{len(present(simulator))}"' in explained
    scanned = ask(simulator, operation="scan", scanClause="c.product-area=a").body.decode()
    assert f"<value>officielepublicaties</value><numberOfRecords>{len(present(simulator))}<" in (
        scanned
    )


def test_every_address_of_a_record_answers(simulator: Client) -> None:
    letter = one(simulator, kind="letter", status="Opgemaakt na onopgemaakt")
    root = root_of(ask(simulator, f"dt.identifier=={letter['id']}"))
    urls = {each.get("manifestation"): each.text for each in root.iter(f"{GZD}itemUrl")}
    assert list(urls) == ["html", "metadata", "metadataowms", "odt", "pdf", "xml"]
    assert all(url.startswith(simulator.url) for url in urls.values())
    types = {name: simulator.get(url).headers.get_content_type() for name, url in urls.items()}
    assert types == {
        "html": "text/html",
        "metadata": "application/xml",
        "metadataowms": "application/xml",
        "odt": "application/vnd.oasis.opendocument.text",
        "pdf": "application/pdf",
        "xml": "application/xml",
    }
    assert root.findtext(f".//{GZD}url") == urls["xml"]


def test_a_file_has_validators_and_can_be_asked_for_in_parts(simulator: Client) -> None:
    told = one(simulator, kind="motion", state="typeset")
    path = f"/{told['id']}.pdf"
    whole = simulator.get(path)
    assert simulator.get(path, {"If-None-Match": whole.headers["ETag"]}).status == 304
    assert simulator.get(path, {"Range": "bytes=0-3"}).body == b"%PDF"


def test_a_file_can_be_had_by_its_name_alone_and_reads_otherwise_there(simulator: Client) -> None:
    told = one(simulator, kind="letter", state="typeset", form="officiele-publicatie", chamber=2)
    name, dossier = told["id"], told["dossiers"][0]
    here = f"/frbr/officielepublicaties/kst/{dossier}/{name}/1"
    ours, theirs = simulator.get(f"{here}/xml/{name}.xml"), simulator.get(f"/{name}.xml")
    assert ours.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<')
    assert theirs.body.startswith(b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\r\n<')
    for form in ("pdf", "html", "odt"):
        assert (
            simulator.get(f"/{name}.{form}").body
            == simulator.get(f"{here}/{form}/{name}.{form}").body
        )
    metadata = simulator.get(f"{here}/metadata/metadata.xml").body
    assert simulator.get(f"/{name}/metadata.xml").body == metadata
    assert not metadata.endswith(b"\n")
    assert simulator.get(f"{here}/metadataowms/metadata_owms.xml").status == 200


def test_what_is_not_there_is_a_page_that_says_so(simulator: Client) -> None:
    annex, motion = (
        one(simulator, kind="annex")["id"],
        one(simulator, kind="motion", state="typeset"),
    )
    name = motion["id"]
    for path in (
        f"/{annex}.xml",
        f"/{annex}.html",
        "/kst-1-2.xml",
        "/kst-1-2/metadata.xml",
        f"/{name}.docx",
        f"/{motion['earlier_ids'][0]}.pdf" if motion["earlier_ids"] else "/kst-9999999.pdf",
        f"/frbr/officielepublicaties/kst/00000/{name}/1/xml/{name}.xml",
        f"/frbr/officielepublicaties/kst/{motion['dossiers'][0]}/{name}/1/xml/other.xml",
        f"/frbr/officielepublicaties/kst/{motion['dossiers'][0]}/{name}/1/zip/{name}.zip",
        "/frbr/officielepublicaties/kst/00000/",
    ):
        answer = simulator.get(path)
        assert answer.status == 404, path
        assert answer.body.startswith(b"<!DOCTYPE html>\n<html>"), path
    assert simulator.get(f"/{annex}.pdf").status == 200
    assert simulator.get(f"/{annex}/metadata.xml").status == 200


def test_a_folder_can_be_listed(simulator: Client) -> None:
    told = [p["id"] for p in present(simulator).values() if p["kind"] == "annex"]
    path = "/frbr/officielepublicaties/blg/onopgemaakt/"
    listed = re.findall(
        r"<work>(.*?)</work>", simulator.get(f"{path}?start=1&format=xml").body.decode()
    )
    assert listed == sorted(told)
    assert b'class="list--sources browse__list"' in simulator.get(path).body


def test_from_the_wall_on_a_search_times_out(walled: Client) -> None:
    assert ask(walled, ALL, startRecord=20).status == 200
    assert ask(walled, ALL, startRecord=1, maximumRecords=100).status == 200
    answer = ask(walled, ALL, startRecord=21)
    assert answer.status == 504
    assert answer.headers.get_content_type() == "text/html"


def test_advances_move_the_publisher_too(walled: Client) -> None:
    query = f"{ALL} AND w.publicatienaam==Kamerstuk AND dt.modified>="
    report = walled.post("advance", {"days": 2}).json
    found = identifiers(ask(walled, f'{query}"{report["today"]}"', maximumRecords=1000))
    assert found
    assert set(found) <= set(present(walled))
    assert set(report["koop"]) >= {"publish", "touch"}
