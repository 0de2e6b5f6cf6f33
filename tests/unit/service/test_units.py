"""The systemd units and the crontab call commands that exist, and are hardened."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from harvester.cli import cli

CONFIG = Path(__file__).parents[3] / "config"
UNITS = sorted((CONFIG / "systemd").glob("*.*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
WORST_EXPOSURE = 2.0
"""Of systemd-analyze's 0 (safe) to 10; a unit without any hardening has 9.6."""


def lines() -> list[str]:
    """Return every command line of the units and the crontab."""
    found = [
        line.partition("=")[2]
        for unit in SERVICES
        for line in unit.read_text().splitlines()
        if line.startswith("Exec")
    ]
    text = (CONFIG / "crontab").read_text()
    found += re.findall(r"&& (/opt/griffie/bin/griffie .*?) 2>&1", text)
    return found


def test_every_command_line_is_understood() -> None:
    assert len(lines()) == 5
    for line in lines():
        program, option, settings, name, *rest = shlex.split(line)
        assert (program, option) == ("/opt/griffie/bin/griffie", "--config")
        assert settings == "/etc/griffie/griffie.toml"
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        command.make_context(name, rest)


def test_the_crontab_line_is_one_that_cron_takes() -> None:
    text = (CONFIG / "crontab").read_text()
    [line] = [line for line in text.splitlines() if line.startswith("*")]
    assert re.match(r"^(\S+ ){5}griffie cd /\S+ && /opt/", line)
    assert "%" not in line, "cron makes line ends of these"
    assert text.endswith("\n"), "cron ignores a line without an end"


@pytest.fixture(scope="module")
def analyze() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("SYSTEMD IS NOT INSTALLED HERE: its units were not checked")
    return program


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, calling a program that is there."""
    folder = tmp_path_factory.mktemp("units")
    for unit in UNITS:
        text = unit.read_text().replace("/opt/griffie/bin/griffie", sys.executable)
        (folder / unit.name).write_text(text)
    return folder


@pytest.mark.parametrize("name", [unit.name for unit in UNITS])
def test_systemd_understands_the_unit(analyze: str, units: Path, name: str) -> None:
    done = subprocess.run(
        [analyze, "verify", "--recursive-errors=no", str(units / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    about_us = [line for line in done.stderr.splitlines() if "griffie" in line]
    assert (done.returncode, about_us) == (0, [])


@pytest.mark.parametrize("name", [unit.name for unit in SERVICES])
def test_the_service_is_hardened(analyze: str, units: Path, name: str) -> None:
    done = subprocess.run(
        [analyze, "security", "--offline=true", "--no-pager", str(units / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"exposure level for \S+: (\d+\.\d+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) < WORST_EXPOSURE
