"""What the reader makes of documents, copies and versions, in every form that was seen."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.entries import RecordEntry
from harvester.index.columns import fitted
from harvester.source.domain import (
    Document,
    DocumentVersion,
    Link,
    OfferedFile,
    Reading,
    StatedDigest,
    StatedPerson,
)
from spiders.netherlands.openoverheid import observing
from spiders.netherlands.openoverheid.answers import NotAnAnswer, parse_detail, parse_list
from spiders.netherlands.openoverheid.identifiers import copy_id, id_of, without_version
from spiders.netherlands.openoverheid.records import read
from tests.unit.netherlands.openoverheid.portal import (
    HAS_ANNEX,
    IS_ANNEX_OF,
    NOON,
    ROOT,
    Publication,
    file_of,
    uuid,
)

AT = "2026-09-20T12:00:00.000Z"
LETTER = uuid(1)


def letter(**more: Any) -> dict[str, Any]:
    """All about a letter with one version."""
    return Publication(LETTER, NOON.date()).detail() | more


def entries(detail: dict[str, Any], id_: str = LETTER) -> dict[str, RecordEntry]:
    found = observing.entries_of(id_, detail, f"{ROOT}/overheid/x/{id_}", AT)
    return {entry.id: entry for entry in found}


def reading(detail: dict[str, Any], id_: str = LETTER) -> Reading:
    return read(entries(detail, id_)[observing.record_of(id_)])


def rows(kind: type[Any], detail: dict[str, Any], id_: str = LETTER) -> list[Any]:
    return [row for row in reading(detail, id_).rows if isinstance(row, kind)]


def with_soort(*soorten: str, **more: Any) -> dict[str, Any]:
    detail = letter(**more)
    labels = [{"label": soort} for soort in soorten]
    detail["document"]["classificatiecollectie"] = {"documentsoorten": labels}
    return detail


@pytest.mark.parametrize(
    ("soort", "kind"),
    [
        ("Kamerbrief", "letter"),
        ("kamerbrief", "letter"),
        ("Beslisnota", "note"),
        ("Kamervraag met antwoord", "letter"),
        ("kaart", None),
    ],
)
def test_kinds_are_known_by_their_labels_in_any_case(soort: str, kind: str | None) -> None:
    [document] = rows(Document, with_soort(soort))
    assert (document.kind, document.soort) == (kind, soort)


def test_what_is_of_no_known_kind_and_belongs_to_another_is_an_annex() -> None:
    relation = {"relation": f"{ROOT}/documenten/{uuid(2)}", "role": IS_ANNEX_OF}
    detail = with_soort("kaart", documentrelaties=[relation])
    assert [d.kind for d in rows(Document, detail)] == ["annex"]
    assert not reading(detail).unknown


def test_an_unknown_kind_that_stands_alone_is_told() -> None:
    assert reading(with_soort("kaart")).unknown == ("document.document.documentsoorten=kaart",)


def test_a_note_that_is_an_annex_stays_a_note() -> None:
    relation = {"relation": uuid(2), "role": IS_ANNEX_OF}
    [document] = rows(Document, with_soort("beslisnota", documentrelaties=[relation]))
    assert document.kind == "note"


@pytest.mark.parametrize("member", ["documentrelaties", "_relaties"])
def test_relations_are_read_from_both_places(member: str) -> None:
    relations = [
        {"relation": f"{ROOT}/documenten/{uuid(2)}", "role": HAS_ANNEX, "titel": "Bijlage"},
        {"relation": uuid(3), "role": IS_ANNEX_OF},
        {"relation": copy_id("kst-36900-4"), "role": HAS_ANNEX},
        {"relation": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
         "role": "https://identifier.overheid.nl/plooi/def/thes/documentrelatie/identiteitsgroep"},
    ]  # fmt: skip
    assert [tuple(link) for link in rows(Link, letter(**{member: relations}))] == [
        ("document_annex", f"document/{uuid(2)}"),
        ("annex_document", f"document/{uuid(3)}"),
        ("document_annex", f"copy/{copy_id('kst-36900-4')}"),
        ("document_identity", "identiteitsgroep/da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ]


def test_unknown_roles_are_told() -> None:
    detail = letter(documentrelaties=[{"relation": uuid(2), "role": "https://x/c_1"}])
    assert reading(detail).unknown == ("document.documentrelaties.role=https://x/c_1",)


def test_bundles_and_their_parts_are_linked_as_letters_and_annexes() -> None:
    detail = letter()
    detail["document"] |= {
        "isPartOf": {"id": f"{ROOT}/documenten/ronl-abc", "label": "Bundel"},
        "hasParts": [{"id": f"{ROOT}/documenten/ronl-1"}, {"id": f"{ROOT}/documenten/ronl-2"}],
    }
    assert [link.to_id for link in rows(Link, detail)] == [
        "document/ronl-abc", "document/ronl-1", "document/ronl-2",
    ]  # fmt: skip


# Files and versions ------------------------------------------------------------------------------


def test_a_file_has_its_digest_and_size_and_the_address_of_the_document_if_it_has_none() -> None:
    [file] = rows(OfferedFile, letter())
    assert file.url == f"{ROOT}/documenten/{LETTER}/file"
    assert file.digest == f"sha1:{file_of()['hash']}"
    assert (file.size_bytes, file.media_type) == (8, "application/pdf")


def test_the_files_are_those_of_the_version_that_stands() -> None:
    publication = Publication(LETTER, NOON.date())
    publication.add_version("wijziging", 2, bestanden=[file_of(b"second")])
    detail = publication.detail()
    for versions in (detail["versies"], detail["versies"][::-1]):
        [file] = rows(OfferedFile, {**detail, "versies": versions})
        assert file.digest == f"sha1:{file_of(b'second')['hash']}"


def test_a_republication_brings_back_the_files_of_its_number() -> None:
    publication = Publication(LETTER, NOON.date())
    publication.add_version("wijziging", 2, bestanden=[file_of(b"second")])
    publication.add_version("intrekking")
    publication.add_version("herpublicatie", 1, bestanden=[])
    for version, second in zip(publication.versions, range(4), strict=True):
        version["mutatiedatumtijd"] = f"2026-09-20T12:00:0{second}Z"
    [file] = rows(OfferedFile, publication.detail())
    assert file.digest == f"sha1:{file_of()['hash']}"


def test_each_version_is_a_record_with_its_cause_and_reason() -> None:
    publication = Publication(LETTER, NOON.date())
    publication.add_version("intrekking", redenVerwijderingVervanging="bevat persoonsgegevens")
    publication.add_version("wijziging", 2, redenVerwijderingVervanging="gecorrigeerd")
    found = entries(publication.detail())
    told = [
        (row.document_id, row.number, row.cause, row.reason)
        for id_, entry in found.items()
        if id_.startswith("version/")
        for row in read(entry).rows
        if isinstance(row, DocumentVersion)
    ]
    record = f"document/{LETTER}"
    assert told == [
        (record, 1, "delivered", None),
        (record, None, "withdrawn", "bevat persoonsgegevens"),
        (record, 2, "changed", "gecorrigeerd"),
    ]
    assert found[record].state == "present"


def test_files_that_are_not_published_are_kept_and_told_unless_they_describe() -> None:
    files = [file_of(gepubliceerd=False), file_of(label="metadata", gepubliceerd=False)]
    detail = letter()
    detail["versies"][0]["bestanden"] = files
    assert [(f.name, f.is_description) for f in rows(OfferedFile, detail)] == [
        ("file", 0), ("metadata", 1),
    ]  # fmt: skip
    assert reading(detail).unknown == ("document.versies.bestanden.gepubliceerd=false",)


@pytest.mark.parametrize("missing", ["versies", "plooiIntern", "documentrelaties"])
def test_everything_but_the_document_may_be_missing(missing: str) -> None:
    detail = letter()
    del detail[missing]
    assert [d.kind for d in rows(Document, detail)] == ["letter"]


def test_new_fields_are_told_at_any_depth() -> None:
    detail = letter(nieuw=1)
    detail["document"]["titelcollectie"]["ondertitel"] = "x"
    detail["versies"][0]["bestanden"][0]["sha512"] = "x"
    assert set(reading(detail).unknown) == {
        "document.nieuw",
        "document.document.titelcollectie.ondertitel",
        "document.versies.bestanden.sha512",
    }


# Copies ------------------------------------------------------------------------------------------


def copy(official: str = "kst-36900-4", subkind: str = "Brief") -> dict[str, Any]:
    root = "https://repository.overheid.nl/frbr/officielepublicaties/kst/36900"
    file = file_of(id=f"{official}.pdf", label="pdf", url=f"{root}/{official}/1/pdf/{official}.pdf")
    publication = Publication(copy_id(official), NOON.date(), "Kamerstuk")
    publication.versions[0]["bestanden"] = [file]
    fields = {"vergaderjaar": "2026-2027", "indiener": "A. Beek", "documentsubsoort": subkind}
    velden = [{"key": key, "values": [value]} for key, value in fields.items()]
    publication.more = {
        "identifiers": [official],
        "aggregatiekenmerk": "36900",
        "weblocatie": f"https://zoek.officielebekendmakingen.nl/{official}.html",
        "extraMetadata": [{"prefix": "plooi.displayfield", "velden": velden}],
    }
    return publication.detail()


def test_a_copy_states_its_official_id_and_digests_and_offers_no_file() -> None:
    id_ = copy_id("kst-36900-4")
    [document] = rows(Document, copy(), id_)
    assert (document.publication_id, document.kind) == ("kst-36900-4", "letter")
    [digest] = rows(StatedDigest, copy(), id_)
    assert digest.url.endswith("/kst-36900-4/1/pdf/kst-36900-4.pdf")
    assert digest.digest == f"sha1:{file_of()['hash']}"
    assert not rows(OfferedFile, copy(), id_)
    assert [p.name for p in rows(StatedPerson, copy(), id_)] == ["A. Beek"]
    assert not reading(copy(), id_).unknown


def test_a_copy_whose_id_does_not_follow_is_told_and_joins_by_what_it_states() -> None:
    id_ = f"oep-{'ab' * 20}"
    assert [d.publication_id for d in rows(Document, copy(), id_)] == ["kst-36900-4"]
    assert reading(copy(), id_).unknown == ("copy.document.pid=not what follows from kst-36900-4",)


# Whatever comes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "id_"),
    [
        (f"{ROOT}/documenten/{LETTER}", LETTER),
        (f"{LETTER}_2", LETTER),
        ("ronl-archief-ab", "ronl-archief-ab"),
        ("", None),
        ("../../etc/passwd?x", None),
        (None, None),
    ],
)
def test_ids_are_read_from_addresses(address: str | None, id_: str | None) -> None:
    assert id_of(address) == id_


def test_a_number_of_a_version_is_told_from_the_id() -> None:
    assert without_version(f"{LETTER}_12") == (LETTER, 12)
    assert without_version(LETTER) == (LETTER, None)


@pytest.mark.parametrize(
    "body", [b"", b" ", b"[]", b"1", b"NaN", b'{"totaal": "1", "resultaten": []}', b"{" * 5000,
             b'{"totaal": true, "resultaten": []}', b'{"totaal": 1}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        parse_list(body)


def test_a_title_that_is_no_text_costs_no_other_hit() -> None:
    body = b'{"totaal": 1, "resultaten": [{"document": {"id": "a_1", "titel": "\\ud800"}}]}'
    assert [hit.name for hit in parse_list(body).hits] == ["a_1"]


_SHARP = ["2026-02-30", "9999-12-31T23:59:59-14:00", "nvt", "\u202e", "..", "a" * 999]
_floats = st.floats(allow_nan=False, allow_infinity=False)
# A NUL, which JSON may hold, is reported where rows are fitted to their tables.
_plain = st.characters(codec="utf-8", exclude_characters="\0")
_texts = st.text(_plain, max_size=8) | st.sampled_from(_SHARP)
_leaves = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | _texts | _floats
_values = st.recursive(
    _leaves,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(_plain, max_size=5), v, max_size=3),
    max_leaves=6,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(p for key, child in inner for p in _paths(child, (*path, key)))]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_value_anywhere_is_too_hostile(data: st.DataObject) -> None:
    is_copy = data.draw(st.booleans())
    detail = (
        copy() if is_copy else letter(documentrelaties=[{"relation": uuid(3), "role": HAS_ANNEX}])
    )
    id_ = copy_id("kst-36900-4") if is_copy else LETTER
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([p for p in _paths(detail) if p and p != ("document",)]))
        place = detail
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = data.draw(_values)
    sent = parse_detail(json.dumps(detail).encode())
    for entry in observing.entries_of(id_, sent, ROOT, AT):
        line = entry.to_json()
        assert RecordEntry.from_json(line) == entry
        found = read(entry)
        assert fitted(found) == found
