"""Servers that speak S3, and not all of it: an archive works there, or one line says what helps."""

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import ObjectNotFound, StoreUnavailable, StoreUnsupported
from archive.stores.options import Compatibility, S3Options
from archive.stores.promises import writes_once
from archive.stores.s3 import S3Store
from harvester.cli import cli
from tests.contract.refusing import (
    Garble,
    Rule,
    no_checksums,
    no_conditions,
    no_versions,
    refusing,
    wants_digest,
)

BUCKETS = itertools.count()
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def store_at(
    url: str, folder: Path, compatibility: Compatibility = "", *, versioning: bool = True
) -> S3Store:
    options = S3Options(
        endpoint_url=url, region="us-east-1", path_style=True, compatibility=compatibility,
        versioning=versioning, staging=folder / "staging",
    )  # fmt: skip
    return S3Store(f"different-{next(BUCKETS)}", "an/archive/", options)


@pytest.mark.parametrize(
    ("rules", "compatibility", "versioning"),
    [
        ((no_versions,), "", False),
        ((no_versions,), "r2", True),
        ((no_versions, no_checksums), "plain", True),
        ((no_checksums,), "b2", True),
        ((wants_digest,), "", True),
        ((wants_digest, no_checksums), "b2", True),
    ],
)
def test_an_archive_works_where_less_than_all_of_s3_is_known(
    rules: tuple[Rule, ...],
    compatibility: Compatibility,
    versioning: bool,
    moto: str,
    tmp_path: Path,
) -> None:
    with refusing(moto, rules) as url:
        store = store_at(url, tmp_path, compatibility, versioning=versioning)
        store.prepare()
        assert store.facts(NOON)["versions"] == (
            "the server has none" if no_versions in rules else "Enabled"
        )
        with store.scratch() as scratch:
            assert writes_once(scratch)
        store.put_new("a/key", b"words")
        replacement = tmp_path / "replacement"
        replacement.write_bytes(b"other")
        store.replace("a/key", replacement)
        assert store.get("a/key") == b"other"
        store.erase("a/key")
        with pytest.raises(ObjectNotFound):
            store.get("a/key")


@pytest.mark.parametrize(
    ("rule", "advice"),
    [
        (no_versions, "s3.versioning = false"),
        (no_checksums, "s3.compatibility"),
        (no_conditions, "If-None-Match"),
    ],
)
def test_what_a_server_refuses_for_good_is_said_with_what_helps(
    rule: Rule, advice: str, moto: str, tmp_path: Path
) -> None:
    with refusing(moto, (rule,)) as url, pytest.raises(StoreUnsupported) as refused:
        store_at(url, tmp_path).prepare()
    assert refused.value.exit_code == 2
    assert advice in str(refused.value)
    assert "\n" not in str(refused.value)


def _two_dates(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*headers, ("date", "Mon, 30 Nov 2026 22:20:08 GMT"), ("date", "yesterday")]


def _unreadable(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(n, "lately" if n in ("last-modified", "date") else v) for n, v in headers]


def _none(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return []


@pytest.mark.parametrize("garble", [_two_dates, _unreadable, _none])
def test_odd_headers_are_an_error_of_the_store_or_none(
    garble: Garble, moto: str, tmp_path: Path
) -> None:
    with refusing(moto, (), garble) as url:
        store = store_at(url, tmp_path)
        try:
            store.prepare()
            store.facts(NOON)
            store.put_new("a/key", b"words")
            assert store.get("a/key") == b"words"
            assert store.head("a/key").size_bytes == 5
        except StoreUnavailable as error:
            assert "cannot be read" in str(error) or "cut short" in str(error)  # noqa: PT017


def test_init_and_doctor_say_it_in_a_line(moto: str, tmp_path: Path) -> None:
    with refusing(moto, (no_versions,)) as url:
        settings = f'archive = "s3://different-cli/x"\n[s3]\nendpoint_url = "{url}"\n'
        config = tmp_path / "griffie.toml"
        config.write_text(f'{settings}region = "us-east-1"\npath_style = true\n')
        with pytest.raises(StoreUnsupported, match=r"PutBucketVersioning .* s3\.versioning"):
            cli.main(["--config", str(config), "init"], standalone_mode=False)
        config.write_text(config.read_text() + 'compatibility = "r2"\n')
        cli.main(["--config", str(config), "init"], standalone_mode=False)
        assert cli.main(["--config", str(config), "doctor"], standalone_mode=False) == 0
