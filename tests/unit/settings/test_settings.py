"""Settings: where values come from, and what a wrong one is told."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import ConfigurationError
from harvester.settings import Settings, load
from harvester.settings.sources import source_options
from harvester.source.registry import load_sources

DEFAULTS = Path(__file__).parents[3] / "config" / "griffie.toml"


def write(folder: Path, text: str) -> Path:
    path = folder / "griffie.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_settings_file_states_every_key_at_its_default() -> None:
    text = DEFAULTS.read_text(encoding="utf-8")
    before, mark, opt_in = text.partition("# [sources.")
    # Sections of sources that are harvested only if one asks for them are commented out.
    text = before + (mark + opt_in).replace("\n# ", "\n").removeprefix("# ")
    written = tomllib.loads(text)
    sources: dict[str, Any] = written.pop("sources")
    expected = Settings().model_dump(mode="json", exclude={"sources"})
    expected["files"]["kinds"] = sorted(expected["files"]["kinds"])
    assert written == expected
    spiders = load_sources()
    assert sources.keys() == spiders.keys()
    for name, values in sources.items():
        assert source_options(spiders[name], values) == source_options(spiders[name], {})
        assert values.keys() == spiders[name].Options.model_fields.keys()


def test_paths_are_relative_to_the_settings_file(tmp_path: Path) -> None:
    settings = load(write(tmp_path, 'archive = "a"\nindex = "i.sqlite"\n'))
    assert settings.archive == str(tmp_path / "a")
    assert settings.index == tmp_path / "i.sqlite"


def test_the_environment_overrides_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIFFIE_FETCH_DELAY_S", "1.5")
    monkeypatch.setenv("GRIFFIE_ARCHIVE", "/elsewhere")
    settings = load(write(tmp_path, 'archive = "a"\n[fetch]\ndelay_s = 3\nretries = 1\n'))
    assert settings.fetch.delay_s == 1.5
    assert settings.fetch.retries == 1
    assert settings.archive == "/elsewhere"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("GRIFFIE_FETHC_CONTACT", "did you mean 'GRIFFIE_FETCH_CONTACT'?"),
        ("griffie_fetch_delay", "did you mean 'GRIFFIE_FETCH_DELAY_S'?"),
        ("GRIFFIE_NOTHING_LIKE_IT_AT_ALL", "unknown variable GRIFFIE_NOTHING_LIKE_IT_AT_ALL"),
    ],
)
def test_a_misspelled_variable_is_refused_as_a_misspelled_key_is(
    name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(ConfigurationError, match=re.escape(said)):
        load()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("archief = 1", "unknown key 'archief'"),
        ("[fetch]\ndelay = 1", "unknown key 'fetch.delay'"),
        ("[fetch]\ndelay_s = -1", "fetch.delay_s"),
        ("[files]\nkinds = ['letters']", "files.kinds"),
        ('[s3]\nendpoint_url = "bucket.example"', "s3.endpoint_url"),
        ('[s3]\nsecret_key = "x"', "s3.secret_key"),
        ("archive = ", "not TOML"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    message = str(caught.value)
    assert said in message
    assert str(path) in message
    assert "\n" not in message


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load(tmp_path / "missing.toml")


def test_an_unknown_key_of_a_source_is_an_error() -> None:
    spider = load_sources()["tweedekamer"]
    with pytest.raises(ConfigurationError, match=r"sources\.tweedekamer\.feed"):
        source_options(spider, {"feed": "x"})
    with pytest.raises(ConfigurationError, match="categories"):
        source_options(spider, {"categories": ["Moties"]})
