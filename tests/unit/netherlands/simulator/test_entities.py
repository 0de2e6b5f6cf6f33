"""Entities on the wire, and against the official schemas (guide 1.3, 1.4)."""

from pathlib import Path

import pytest
from lxml import etree

from spiders.netherlands.simulator import schema
from spiders.netherlands.simulator.corpus import Bodies, load_corpus
from spiders.netherlands.simulator.entities import Declared, Entity, Ref, render
from spiders.netherlands.simulator.parliament import Parliament
from spiders.netherlands.simulator.world import World
from tests.unit.netherlands.simulator.statement import check

GUID = "19aa93ac-2300-4845-86ac-fc7cffc0cbb3"
OTHER = "4db5b95f-eda3-46be-afa9-91e720642e3a"
STAMP = "2026-09-10T13:40:40.9030000"
NS = "http://www.tweedekamer.nl/xsd/tkData/v1-0"


def test_a_decision_is_written_as_captured() -> None:
    entity = Entity(
        "Besluit",
        GUID,
        STAMP,
        (
            ("zaak", Ref(OTHER)),
            ("agendapunt", Ref(OTHER)),
            ("stemmingsSoort", None),
            ("status", "Voorstel & <meer>"),
        ),
    )
    assert render(entity) == (
        f'<besluit xmlns:tk="{NS}" xmlns="{NS}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'id="{GUID}" tk:bijgewerkt="{STAMP}" tk:verwijderd="false">'
        f'<agendapunt ref="{OTHER}" /><stemmingsSoort xsi:nil="true" />'
        f'<status>Voorstel &amp; &lt;meer&gt;</status><zaak ref="{OTHER}" /></besluit>'
    )


def test_links_come_first_in_the_order_of_the_schema() -> None:
    entity = Entity("Besluit", GUID, STAMP, (("status", "Besluit"), ("zaak", Ref(OTHER))))
    xml = render(entity, in_schema_order=True)
    assert xml.index("<zaak") < xml.index("<status")
    assert render(entity).index("<zaak") > render(entity).index("<status")


def test_a_tombstone_has_no_fields() -> None:
    xml = render(Entity("Stemming", GUID, STAMP, is_withdrawn=True))
    assert xml.endswith(f'id="{GUID}" tk:bijgewerkt="{STAMP}" tk:verwijderd="true" />')


def test_promises_sittings_and_reports_have_a_prefix() -> None:
    entity = Entity("Verslag", GUID, STAMP, (("soort", None),), Declared("application/xml", 7))
    xml = render(entity)
    assert xml.startswith("<ns1:verslag ")
    assert 'ns1:contentType="application/xml" ns1:contentLength="7"' in xml
    assert '<ns1:soort xsi:nil="true" />' in xml
    assert "xmlns=" not in xml


def test_the_35_categories_are_known() -> None:
    assert len(set(schema.CATEGORIES)) == 35
    assert set(schema.ELEMENTS) <= set(schema.CATEGORIES)


def test_everything_that_is_published_is_as_stated(parliament: Parliament) -> None:
    published = parliament.store.view(None).rows
    assert {row.entity.category for row in published} == set(schema.ELEMENTS)
    for row in published:
        check(row.entity.category, render(row.entity))


def test_tombstones_with_a_body_and_with_a_capital_flag_occur(living: Parliament) -> None:
    for _ in range(3):
        living.advance(1)
    stones = [r.entity for r in living.store.view(None).rows if r.entity.is_withdrawn]
    assert any(stone.fields for stone in stones)
    assert any(stone.flag == "True" for stone in stones)
    assert sum(not stone.fields for stone in stones) > len(stones) / 2


@pytest.fixture(scope="session")
def official(corpus_dir: Path) -> dict[str, etree.XMLSchema]:
    """The official schema of each category that the simulator makes."""
    folder = corpus_dir.parent.parent / "captures" / "tweedekamer" / "xsd"
    return {
        category: etree.XMLSchema(etree.parse(folder / f"tkData-v1-0-{category.lower()}.xsd"))
        for category in schema.ELEMENTS
    }


def _check_officially(world: World, official: dict[str, etree.XMLSchema]) -> None:
    for row in world.store.view(None).rows:
        xml = render(row.entity, in_schema_order=True)
        # A boolean with a capital is the source's own error.
        root = etree.fromstring(xml.replace('verwijderd="True"', 'verwijderd="true"'))
        official[row.entity.category].assertValid(root)


@pytest.mark.corpus
def test_the_official_schemas_accept_the_parliament(official: dict[str, etree.XMLSchema]) -> None:
    world = Parliament(7)
    for _ in range(3):
        world.advance(2)
    _check_officially(world, official)


@pytest.mark.corpus
def test_the_official_schemas_accept_the_corpus(
    corpus_dir: Path, official: dict[str, etree.XMLSchema]
) -> None:
    world = load_corpus(corpus_dir, Bodies.XML, exact_lengths=False)
    _check_officially(world, official)
