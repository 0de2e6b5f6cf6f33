"""Nothing that a source sends can act on a terminal, by whichever way it is printed."""

import io
import json
import sys
import unicodedata

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from harvester.cli import main
from harvester.cli.exit_codes import FAULT
from harvester.cli.printing import HarmlessConsole, HarmlessStream, harmless, harmless_streams

EVIL = "\x1b]0;owned\x07\x1b[2J\r\x9b31m\u202egpj.exe\u2066\u200f\ud800\x7f"


@given(st.text(st.characters(codec=None)))
def test_no_character_that_acts_is_left(text: str) -> None:
    for character in harmless(text):
        is_plain = unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert is_plain or character in "\t\n"
        assert unicodedata.bidirectional(character) not in (
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"
        )  # fmt: skip


@given(st.text(st.characters(codec=None)))
def test_json_says_the_same_when_it_was_printed(text: str) -> None:
    printed = harmless(json.dumps({"title": text}, ensure_ascii=False))
    assert json.loads(printed) == {"title": text}


def test_a_console_escapes_titles_and_keeps_its_own_colours() -> None:
    stream = io.StringIO()
    console = HarmlessConsole(file=stream, force_terminal=True, width=200)
    table = Table("title")
    table.add_row(EVIL)
    console.print(f"[red]{EVIL}", table)
    said = stream.getvalue()
    assert "\\u001b" in said
    assert "\x1b[31m" in said
    for bad in ("\x1b]", "\x1b[2J", "\x07", "\x9b", "\u202e", "\u2066", "\x7f"):
        assert bad not in said


def test_whatever_a_command_prints_passes_through(capsys: pytest.CaptureFixture[str]) -> None:
    with harmless_streams():
        sys.stdout.write(EVIL)
        print(EVIL)
        click.echo(EVIL)
        click.echo(EVIL, err=True)
        assert isinstance(sys.stdout, HarmlessStream)
    said = capsys.readouterr()
    assert said.out.count("\\u202e") == 3
    assert said.err.count("\\u202e") == 1
    assert "\x1b" not in said.out + said.err


def test_a_fault_of_our_own_ends_with_a_documented_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*arguments: object, **more: object) -> None:
        raise KeyError("\u202e")

    monkeypatch.setattr("harvester.cli.cli.main", fail)
    with pytest.raises(SystemExit) as ended:
        main(["status"])
    assert ended.value.code == FAULT
