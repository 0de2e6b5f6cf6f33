"""What the command line says when something is wrong: one line, what to do, no traceback."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harvester import __version__
from harvester.cli import COMMANDS, cli
from tests.forked import Forked


def griffie(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    process = Forked("harvester.cli:main", arguments, folder)
    out, err = process.communicate()
    return subprocess.CompletedProcess(arguments, process.returncode, out.decode(), err.decode())


def test_it_is_a_module_to_run(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "harvester.cli", "--version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"griffie, version {__version__}\n"), done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = CliRunner().invoke(cli, [command, "--help"], prog_name="griffie")
    assert done.exit_code == 0
    assert "Example" in done.output
    assert f"griffie {command}" in done.output


def test_help_is_printable() -> None:
    def walk(group: click.Group, words: list[str]) -> Iterator[list[str]]:
        for name in group.list_commands(click.Context(group)):
            yield [*words, name]
            command = group.get_command(click.Context(group), name)
            if isinstance(command, click.Group):
                yield from walk(command, [*words, name])

    for words in walk(cli, []):
        said = CliRunner().invoke(cli, [*words, "--help"]).output
        assert said.replace("\n", "").isprintable(), words


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["harvest", "tweedekamer"], 2, "griffie init"),
        (["harvest", "atlantis"], 2, "tweedekamer"),
        (["harvest", "tweedekamer", "--since", "gisteren"], 2, "gisteren"),
        (["status"], 2, "griffie harvest"),
        (["verify"], 2, "griffie init"),
        (["get", "kst-1-1"], 2, "griffie init"),
        (["serve"], 2, "griffie init"),
        (["--config", "nowhere.toml", "status"], 2, "nowhere.toml"),
        (["fly"], 2, "fly"),
        (["harvset"], 2, "harvest"),
        (["harvest", "tweedekammer"], 2, "did you mean 'tweedekamer'?"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = griffie(tmp_path, *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("colour = 'green'", "colour"),
        ("[fetch]\ndelay_s = -1", "delay_s"),
        ("[fetch]\ndelay = 1", "did you mean 'delay_s'?"),
        ("[fech]\ndelay_s = 1", "did you mean 'fetch'?"),
        ("[sources.tweedekamer]\nfeed_ur = 'x'", "did you mean 'feed_url'?"),
        ("[sources.tweedekamr]", "did you mean 'tweedekamer'?"),
        ("[files]\nkinds = ['novel']", "kinds"),
        ("[sources.atlantis]", "atlantis"),
        ("[expect.sources.atlantis]", "atlantis"),
        ("[schedule.sources.tweedekamer]\nharvst = '@daily'", "harvst"),
        ("[sources.tweedekamer]\ncategories = ['Niets']", "categories"),
        ("[s3]\nlock_days = -1", "lock_days"),
        ("= broken", "TOML"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, settings: str, said: str) -> None:
    (tmp_path / "griffie.toml").write_text(settings)
    done = griffie(tmp_path, "harvest", "tweedekamer")
    assert done.returncode == 2
    assert said in done.stderr
    assert "griffie.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_paper_is_said(tmp_path: Path) -> None:
    griffie(tmp_path, "init")
    griffie(tmp_path, "rebuild")
    done = griffie(tmp_path, "get", "kst-1-1")
    assert done.returncode == 2
    assert "kst-1-1" in done.stderr


def test_an_archive_is_made_once(tmp_path: Path) -> None:
    assert griffie(tmp_path, "init").returncode == 0
    assert griffie(tmp_path, "init", "--if-missing").returncode == 0
    again = griffie(tmp_path, "init")
    assert again.returncode == 2
    assert "griffie-data" in again.stderr


def test_off_a_terminal_the_log_is_json_lines(tmp_path: Path) -> None:
    done = griffie(tmp_path, "harvest", "tweedekamer")
    [line] = done.stderr.splitlines()
    assert json.loads(line)["level"] == "error"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "griffie-data").write_text("a file where a folder should be")
    done = griffie(tmp_path, "init")
    assert done.returncode in (2, 75)
    assert "griffie-data" in done.stderr
    assert "Traceback" not in done.stderr
