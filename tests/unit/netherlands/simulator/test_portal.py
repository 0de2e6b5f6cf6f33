"""The stand-in of open.overheid.nl answers in the forms that its guide tells of."""

import hashlib
from urllib.parse import quote

from tests.unit.netherlands.simulator.client import Client
from tests.unit.netherlands.simulator.conftest import SEED, running

API = "/overheid/openbaarmakingen/api/v0/zoek"


def test_a_list_has_versions_in_its_ids_and_takes_three_page_sizes(simulator: Client) -> None:
    answer = simulator.get(f"{API}?zoektekst=&start=0&aantalResultaten=50&sort=laatst-gewijzigd")
    hits = answer.json["resultaten"]
    assert len(hits) == 50 < answer.json["totaal"]
    assert all("_" in hit["document"]["id"] for hit in hits)
    changes = [hit["document"]["mutatiedatumtijd"] for hit in hits]
    assert changes == sorted(changes, reverse=True)
    refused = simulator.get(f"{API}?aantalResultaten=30")
    assert refused.status == 400
    assert "aantalResultaten" in refused.json["detail"]


def test_a_filter_is_decoded_twice(simulator: Client) -> None:
    kind = quote(quote("kamervraag met antwoord"))
    found = simulator.get(f"{API}?aantalResultaten=50&documentsoort={kind}").json
    assert 0 < found["totaal"] < 50


def test_what_a_document_declares_of_its_file_is_so(simulator: Client) -> None:
    agree = 0
    for document in simulator.state()["documents"][:12]:
        [version] = simulator.get(f"{API}/{document['id']}").json["versies"]
        [file] = version["bestanden"]
        content = simulator.get(f"/documenten/{document['id']}/file").body
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        agree += (file["grootte"], file["hash"]) == (len(content), digest)
    assert agree >= 11


def test_unknown_addresses_get_401_and_unknown_documents_404(simulator: Client) -> None:
    assert simulator.get("/overheid/openbaarmakingen/api/v0/zoeken").status == 401
    assert simulator.get(f"{API}/00000000-0000-4000-8000-000000000000").status == 404
    never = simulator.get("/documenten/00000000-0000-4000-8000-000000000000")
    assert (never.status, never.body[:21]) == (404, b"Unknown file manifest")
    known = simulator.state()["documents"][0]["id"]
    assert simulator.ask("HEAD", f"/documenten/{known}").status == 404


def test_a_document_is_withdrawn_and_comes_back() -> None:
    with running("--seed", str(SEED), "--size", "0.2") as client:
        causes = {}
        for _ in range(4):
            client.post("advance", {"days": 1})
            for document in client.state()["documents"]:
                told = client.get(f"{API}/{document['id']}")
                assert (told.status == 404) == document["withdrawn"]
                if document["withdrawn"]:
                    file = client.get(f"/documenten/{document['id']}")
                    assert (file.status, file.body[:16]) == (404, b"Unknown document")
                for version in document["versions"]:
                    causes[version[1]] = version[2]
        assert causes["wijziging"] == "correctie privacygevoelige gegevens"
        assert causes["herpublicatie"] == "ten onrechte ingetrokken"
