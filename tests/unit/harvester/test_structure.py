"""The shape of the code: small files, short functions, nothing loose at the top."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ("archive", "harvester", "spiders")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 60


def test_only_what_every_room_uses_lies_at_the_top_of_harvester() -> None:
    assert {path.stem for path in (ROOT / "harvester").glob("*.py")} == {
        "__init__", "__main__", "characters", "errors", "lock", "progress", "times",
        "untrusted_xml",
    }  # fmt: skip


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_and_no_function_is_too_long(package: str) -> None:
    files, functions = set(), set()
    for path in FILES:
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(f"{package}/"):
            continue
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MOST_LINES:
            files.add(name)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno >= MOST_LINES_OF_A_FUNCTION:
                    functions.add(f"{name}:{node.name}")
    assert files == set()
    assert functions == set()


def test_the_wheel_finds_every_package_and_the_files_beside_its_code() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert settings["setuptools"]["packages"]["find"]["include"] == [
        f"{package}*" for package in PACKAGES
    ]
    # setuptools finds a folder if it and all folders around it are packages.
    folders = {folder for path in FILES for folder in path.relative_to(ROOT).parents}
    assert all((ROOT / folder / "__init__.py").exists() for folder in folders - {Path()})
    data = settings["setuptools"]["package-data"]
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc", ".png"):
                continue
            holder = next(each for each in path.parents if (each / "__init__.py").exists())
            name = holder.relative_to(ROOT).as_posix().replace("/", ".")
            patterns = [*data["*"], *data.get(name, ())]
            beside = path.relative_to(holder)
            assert any(beside.match(pattern) for pattern in patterns), path
