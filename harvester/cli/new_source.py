"""`griffie new-source`: write the skeleton of a package for a source."""

import keyword
import re
from importlib import resources
from pathlib import Path

import click

from harvester.cli.console import err
from harvester.errors import ConfigurationError

EPILOG = """\b
Example:
  griffie new-source freedonia      # makes the folder griffie-freedonia here"""

FILES = {
    "pyproject.toml": "pyproject.toml",
    "guide.md": "NAME/README.md",
    "parliament.txt": "NAME/parliament.py",
    "spider.txt": "NAME/spider.py",
    "records.txt": "NAME/records.py",
    "page.json": "tests/page.json",
    "test.txt": "tests/test_NAME.py",
}
"""File of the skeleton -> its path in the new folder."""

_is_name = re.compile(r"[a-z][a-z0-9_]{1,39}").fullmatch
_RESERVED = frozenset({"archive", "harvester", "spiders", "tests", "site"})


@click.command(epilog=EPILOG)
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder in which the package's folder is made.",
)
def command(name: str, into: Path) -> None:
    """Write the skeleton of a package that harvests the source NAME.

    It has a spider, a reader, a guide, a captured page and passing tests; CONTRIBUTING.md explains
    the next steps.
    """
    folder = write_skeleton(name, into)
    err.print(f"wrote {folder}; next: pip install -e {folder} && griffie try {name}")


def write_skeleton(name: str, into: Path) -> Path:
    """Write the skeleton and return its folder.

    Raises:
        ConfigurationError: this is no name of a Python package, or its folder exists.
    """
    if not _is_name(name) or keyword.iskeyword(name) or name in _RESERVED:
        raise ConfigurationError(
            f"{name!r} cannot name a source: take 2 to 40 lower-case letters, digits and _, "
            f"beginning with a letter, and none of {', '.join(sorted(_RESERVED))}"
        )
    folder = into / f"griffie-{name}"
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise ConfigurationError(f"{folder} exists: remove it or choose another name") from error
    skeleton = resources.files("harvester.source") / "skeleton"
    for file, target in FILES.items():
        path = folder / target.replace("NAME", name)
        path.parent.mkdir(exist_ok=True)
        text = (skeleton / file).read_text(encoding="utf-8")
        path.write_text(text.replace("NAME", name), encoding="utf-8")
    (folder / name / "__init__.py").write_text(f'"""The source {name}."""\n', encoding="utf-8")
    return folder
