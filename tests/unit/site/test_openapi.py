"""The description of the data's addresses says what there is, and what answers."""

import re
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest

from harvester.site.openapi import ANSWERS, addresses
from harvester.site.pages.routes import PATTERNS
from tests.unit.site.dutch import Site, paper

PARTS = {"paper": "kst-36725-1"}
VALUES = {"string": "x", "integer": 1}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("site"))
    made.add(paper("1", "De stikstof daalt.", kind="motion"))
    made.add(paper("1", "De stikstof daalt snel.", kind="motion", subject="Anders"))
    return made


@pytest.fixture(scope="module")
def described(site: Site) -> Any:
    return site.get("/openapi.json").json()


def test_every_route_of_data_is_described(described: Any) -> None:
    data = [
        pattern for pattern in PATTERNS
        if re.search(r"\\\.(json|csv|atom)\$$", pattern) and "openapi" not in pattern
    ]  # fmt: skip
    assert len(data) > 8
    assert len(described["paths"]) == len(data) + 1  # and the change feed
    assert "/changes.jsonl" in described["paths"]
    assert "/paper/{paper}.json" in described["paths"]


def test_what_is_described_answers_as_described(site: Site, described: Any) -> None:
    for path, item in described["paths"].items():
        operation = item["get"]
        answer = site.get(path.format(**PARTS))
        assert answer.status_code == 200, path
        [(media_type, content)] = operation["responses"]["200"]["content"].items()
        assert answer.headers["content-type"].split(";")[0] == media_type, path
        if "json" in media_type and media_type != "application/jsonl":
            jsonschema.validate(answer.json(), content["schema"])


def test_objects_have_what_is_described_and_nothing_else(site: Site) -> None:
    for path, names in ANSWERS.items():
        assert set(site.get(path).json()) == set(names), path


def test_every_argument_is_taken(site: Site, described: Any) -> None:
    for path, item in described["paths"].items():
        given = {}
        for parameter in item["get"]["parameters"]:
            schema = parameter["schema"]
            if parameter["in"] == "query":
                of_type = VALUES[schema["type"]] if schema.get("format") != "date" else "2026-11-20"
                given[parameter["name"]] = schema.get("enum", [of_type])[0]
            else:
                assert re.fullmatch(schema["pattern"], PARTS[parameter["name"]])
        given.pop("_as_of", None)
        given.pop("generation", None)
        answer = site.get(f"{path.format(**PARTS)}?{urlencode(given)}")
        assert answer.status_code == 200, path


def test_operations_have_names_of_their_own(described: Any) -> None:
    assert described["openapi"] == "3.1.0"
    names = [item["get"]["operationId"] for item in described["paths"].values()]
    assert len(set(names)) == len(names)
    assert all(item["get"]["summary"] for item in described["paths"].values())


def test_assistants_are_told_of_each_address(site: Site, described: Any) -> None:
    text = site.get("/llms.txt")
    assert text.headers["content-type"].startswith("text/plain")
    for path in described["paths"]:
        assert f"[{path}](http://localhost{path})" in text.text
    for address in re.findall(r"\((http://localhost(/[^)]*))\)", text.text):
        if "{" not in address[1]:
            assert site.get(address[1]).status_code == 200, address


def test_parts_of_patterns_become_parts_of_paths() -> None:
    async def answer() -> None:
        """Answer."""

    [found] = addresses([(r"^/a/(?P<one>[^/]+)/(?P<two>[0-9]{1,6})\.json$", answer)])
    assert (found.path, found.parts) == (
        "/a/{one}/{two}.json",
        {"one": "[^/]+", "two": "[0-9]{1,6}"},
    )
