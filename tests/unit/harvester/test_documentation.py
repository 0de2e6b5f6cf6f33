"""What the README says exists, and what exists is in the README."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import COMMANDS, cli, exit_codes
from harvester.harvest.report import EXIT_CODES
from harvester.source.registry import load_sources

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table_below(heading: str) -> list[str]:
    """Return the first cells of the table that follows a heading."""
    after = README.split(heading, 1)[1]
    rows = re.findall(r"^\| (.+?) \|", after.split("\n\n##", 1)[0], flags=re.MULTILINE)
    return [row.strip("`") for row in rows if not row.startswith("-")]


def test_every_command_is_in_the_readme_and_the_other_way_round() -> None:
    named = {
        cell.split()[1] for cell in table_below("## The commands") if cell.startswith("griffie")
    }
    assert named == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.output


def test_every_exit_code_is_in_the_readme() -> None:
    named = {int(cell) for cell in table_below("### What a harvest tells") if cell.isdigit()}
    assert named == exit_codes.ALL
    assert set(EXIT_CODES.values()) <= named


def test_every_source_is_in_the_readme_and_the_other_way_round() -> None:
    named = {cell for cell in table_below("# Griffie") if cell not in ("source",)}
    assert named == set(load_sources())


def test_every_folder_of_the_readme_exists() -> None:
    folders = [cell for cell in table_below("## The rooms") if cell.endswith("/")]
    assert folders
    for folder in folders:
        assert (ROOT / folder).is_dir(), folder


def test_every_link_to_a_file_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_make_help_names_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"make ([a-z0-9-]+)", told.stdout)) >= set(phony[1].split())
