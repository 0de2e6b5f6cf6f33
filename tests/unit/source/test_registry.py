"""Installed sources are found; a broken one stops no other, and no name stands for two."""

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from harvester.errors import ConfigurationError
from harvester.source import registry
from harvester.source.registry import load_sources

SOURCE = """
from pydantic import BaseModel
from harvester.source.spider import SourceSpider

class Spider(SourceSpider):
    name = "{name}"
    Options = BaseModel
    async def start(self): yield
    @classmethod
    def hosts(cls, options): return frozenset()
    @staticmethod
    def read(entry): ...
"""
Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a module with an entry point of its own."""
    monkeypatch.syspath_prepend(str(tmp_path))
    points: list[EntryPoint] = []
    monkeypatch.setattr(registry, "entry_points", lambda group: points)

    def add(module: str, text: str) -> None:
        (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, module, raising=False)
        points.append(EntryPoint(module, module, registry.GROUP))

    return add


def test_sources_of_this_repository_and_of_others_are_found(install: Install) -> None:
    install("an_installed_source", SOURCE.format(name="elsewhere"))
    assert list(load_sources()) == [
        "elsewhere",
        "officielepublicaties",
        "openoverheid",
        "riksdagen",
        "tweedekamer",
    ]


@pytest.mark.parametrize("text", ["raise RuntimeError('broken')", "def broken(", "import no_such"])
def test_a_package_that_cannot_be_imported_stops_no_other(
    install: Install, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    install("a_broken_source", text)
    install("another_source", SOURCE.format(name="elsewhere"))
    assert list(load_sources()) == [
        "elsewhere",
        "officielepublicaties",
        "openoverheid",
        "riksdagen",
        "tweedekamer",
    ]
    assert "a_broken_source" in caplog.text


def test_two_sources_of_one_name_are_refused(install: Install) -> None:
    install("a_second_house", SOURCE.format(name="tweedekamer"))
    with pytest.raises(ConfigurationError, match=r"a_second_house.*tweedekamer"):
        load_sources()


def test_finding_sources_does_not_import_what_stands_in_for_them() -> None:
    names = list(registry._own_modules())
    assert names
    assert not [name for name in names if "simulator" in name]


def test_the_language_of_all_papers_is_known_where_one_parliament_is_installed() -> None:
    assert registry.paper_language() == "nl"
    assert registry.time_zone().key == "Europe/Amsterdam"
    assert registry.main_chambers() == {"Tweede Kamer"}


def test_only_parliaments_of_named_sources_decide_on_language_and_time_zone() -> None:
    try:
        registry.use(["riksdagen"])
        assert registry.paper_language() == "sv"
        assert registry.time_zone().key == "Europe/Stockholm"
        registry.use(["riksdagen", "tweedekamer"])
        assert registry.paper_language() == ""
        assert registry.time_zone().key == "UTC"
    finally:
        registry.use(())
    assert registry.paper_language() == "nl"
    assert "riksdagen" not in registry.used_by_default(load_sources())


def test_a_demo_is_found_by_its_parliaments_name() -> None:
    assert registry.demo("sweden").sources == ("riksdagen",)
    assert "tweedekamer" in registry.demo().sources
    with pytest.raises(ConfigurationError, match="did you mean"):
        registry.demo("swedn")
