"""`griffie config` tells where a setting comes from, and no secret."""

import json
from pathlib import Path
from typing import Any

import pytest

from harvester.cli.config import advised
from harvester.errors import ConfigurationError
from harvester.settings import Settings, load
from tests.forked import Forked


def show(folder: Path, *arguments: str, **environment: str) -> dict[str, dict[str, str]]:
    process = Forked(
        "harvester.cli:main", ("config", "show", "--json", *arguments), folder, environment
    )
    out, err = process.communicate()
    assert process.returncode == 0, err
    return {row["key"]: row for row in json.loads(out)}


def test_each_setting_is_shown_with_what_said_so(tmp_path: Path) -> None:
    (tmp_path / "griffie.toml").write_text("[fetch]\ndelay_s = 1\nretries = 2\n")
    environment = {
        "GRIFFIE_FETCH_DELAY_S": "3",
        "GRIFFIE_SITE": '{"port": 8002}',
        "GRIFFIE_ALARM_WEBHOOK_SECRET": "hush",
    }
    found = show(tmp_path, **environment)
    assert found["fetch.delay_s"] == {
        "key": "fetch.delay_s", "value": "3.0", "origin": "GRIFFIE_FETCH_DELAY_S"
    }  # fmt: skip
    assert found["fetch.retries"]["origin"] == "griffie.toml"
    assert found["fetch.timeout_s"]["origin"] == "default"
    assert found["site.port"]["origin"] == "GRIFFIE_SITE"
    assert found["alarm.webhook_secret"]["value"] == "(set)"
    assert "hush" not in json.dumps(found)
    assert "sources.tweedekamer.feed_url" in found
    assert show(tmp_path, "--changed", **environment).keys() == {
        "fetch.delay_s", "fetch.retries", "site.port", "alarm.webhook_secret"
    }  # fmt: skip


def test_a_secret_in_a_settings_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "griffie.toml"
    path.write_text('[alarm]\nwebhook_secret = "hush"\n')
    with pytest.raises(ConfigurationError, match="GRIFFIE_ALARM_WEBHOOK_SECRET") as caught:
        load(path)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[schedule]\nharvest = "sometimes"', "schedule.harvest"),
        ('[schedule]\ntime_zone = "Mars/Olympus"', "no time zone"),
        ('[schedule]\nverify_budget = "long"', "time span"),
        ('[schedule.sources.tweedekamer]\nharvst = "@daily"', "harvst"),
        ("[expect]\nleast_papers = [1, 2]", "least_papers"),
        ("[expect]\nworking_from_h = 20", "working_from_h"),
        ("[service]\nlongest = 1", "service.longest"),
        ('[alarm]\nwebhook_url = "ftp://x"', "webhook_url"),
    ],
)
def test_a_wrong_setting_of_the_service_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "griffie.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        load(path)


def test_a_source_may_differ(tmp_path: Path) -> None:
    path = tmp_path / "griffie.toml"
    path.write_text(
        '[schedule]\nharvest = "@hourly"\n[schedule.sources.tweedekamer]\nharvest = "@daily"\n'
        "[expect.sources.tweedekamer]\nquiet_h = 3\n"
    )
    settings = load(path)
    assert settings.schedule.of("tweedekamer").harvest == "@daily"
    assert settings.schedule.of("another").harvest == "@hourly"
    assert settings.expect.of("tweedekamer").quiet_h == 3
    assert settings.expect.of("another").quiet_h == settings.expect.quiet_h


def test_what_an_operator_forgets_is_advised() -> None:
    assert len(advised(Settings())) == 2
    good: dict[str, Any] = {
        "fetch": {"contact": "mailto:x@y.test"},
        "alarm": {"command": ("true",)},
    }
    assert advised(Settings(**good)) == []
