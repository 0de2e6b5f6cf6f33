"""The operator's handbook tells of every alarm, job and unit, and of no other."""

import re
from pathlib import Path

import pytest

from harvester.cli import COMMANDS
from harvester.service.conditions import KINDS
from harvester.service.schedule import jobs
from harvester.settings import Settings

CONFIG = Path(__file__).parents[3] / "config"
TEXT = (CONFIG / "README.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    section = TEXT.split(heading, 1)[1].split("\n#", 1)[0]
    cells = re.findall(r"^\| (.+?) \|", section, flags=re.MULTILINE)
    return [cell.strip("`") for cell in cells[1:] if not cell.startswith("-")]


def test_every_alarm_has_an_answer() -> None:
    assert set(rows("### What to do for each alarm")) == set(KINDS)


def test_every_job_is_told() -> None:
    every = dict.fromkeys(("metadata", "files", "recheck", "snapshot"), "@daily")
    assert set(rows("## What it does, and when")) == {
        job.name.split()[0] for job in jobs(Settings(schedule=every), ["tweedekamer"])
    }


def test_every_file_of_the_folder_is_told_and_every_link_leads_somewhere() -> None:
    linked = set(re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT))
    there = {str(path.relative_to(CONFIG)) for path in CONFIG.rglob("*") if path.is_file()}
    assert linked == there - {"README.md"}


def test_every_command_of_the_handbook_exists() -> None:
    named = set(re.findall(r"`griffie ([a-z]+)", TEXT))
    named |= set(re.findall(r"bin/griffie --config \S+ ([a-z]+)", TEXT))
    assert len(named) > 8
    assert named <= COMMANDS.keys()


@pytest.mark.parametrize("section", ["expect", "schedule", "service", "alarm", "fetch", "text"])
def test_every_setting_of_the_handbook_exists(section: str) -> None:
    for name in re.findall(rf"`{section}\.(\w+)`", TEXT):
        assert hasattr(getattr(Settings(), section), name), f"{section}.{name}"
