"""`griffie doctor`: test the archive's store, or ask a live source what its guide expects."""

import asyncio
import json
import re
from collections import Counter
from pathlib import Path

import click
from rich.markup import escape

from archive.stores.location import is_bucket, open_store
from archive.stores.promises import try_promises
from harvester import settings as settings_module
from harvester.cli.console import out
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError
from harvester.harvest.crawl import Crawls
from harvester.harvest.examine import Asked, QuestionsSpider
from harvester.settings.sources import polite, source_options
from harvester.source.registry import source_named
from harvester.times import now, to_text

EPILOG = """\b
Examples:
  griffie doctor                  # before `griffie init`, and when something is odd
  griffie doctor SOURCE           # before the first harvest of a source, and after a change

\b
Exit codes: 0 all is as expected, 2 a promise is broken, 3 a source answers otherwise than
  expected, 75 the place cannot be used now."""
_MARKS = {
    "expected": "[green]as expected[/]",
    "new": "[red]new[/]        ",
    "open": "[cyan]answer[/]     ",
}
_EXTENSIONS = {
    "wordprocessingml": "docx",
    "json": "json",
    "xml": "xml",
    "html": "html",
    "pdf": "pdf",
    "plain": "txt",
}
_SECRET = frozenset({"set-cookie", "authorization", "proxy-authorization"})


@click.command(epilog=EPILOG)
@click.argument("source", required=False)
@click.option("--captures", type=click.Path(path_type=Path, file_okay=False),
              help="Where to keep a source's answers; a folder that is new or empty.")  # fmt: skip
@click.pass_obj
def command(config: Path | None, source: str | None, captures: Path | None) -> int:
    """Test what an archive needs of its folder or bucket, or what harvests need of SOURCE.

    Of the store each promise is tested in a hidden place, which is removed again. A missing folder
    or bucket is not created.

    Of SOURCE some ten things are asked, at its own pace. Each answer is held against what the
    source's guide expects, and kept in a folder as it came. Neither archive nor index is opened.
    """
    if source is not None:
        return _examine(Workspace.load(config), source, captures)
    if captures is not None:
        raise ConfigurationError("--captures keeps answers of a source: name the source")
    return _try_store(config)


def _try_store(config: Path | None) -> int:
    settings = settings_module.load(config)
    store = open_store(settings.archive, settings.s3.options())
    out.print(f"[bold]{escape(settings.archive)}[/]")
    if is_bucket(settings.archive):
        from archive.stores.s3 import S3Store  # noqa: PLC0415 - boto3 only where it is used

        assert isinstance(store, S3Store)
        for name, value in store.facts(now()).items():
            out.print(f"  [dim]{name}: {escape(value)}")
    broken = 0
    for tried in try_promises(store):
        broken += not tried.holds
        mark = "[green]holds[/] " if tried.holds else "[red]BROKEN[/]"
        out.print(f"  {mark} {tried.promise}")
    if broken:
        out.print("do not keep an archive here: what was written could be lost")
    return 2 if broken else 0


def _examine(workspace: Workspace, source: str, captures: Path | None) -> int:
    spider = source_named(source, workspace.sources)
    options = source_options(spider, workspace.settings.sources.get(source, {}))
    questions = spider.questions(options)
    if not questions:
        raise ConfigurationError(
            f"the package of {source} declares no questions; CONTRIBUTING.md says how"
        )
    started = re.sub(r"[-:.]", "", to_text(now()))
    folder = captures or Path(f"captures-{source}-{started}")
    if folder.exists() and any(folder.iterdir()):
        raise ConfigurationError(f"{folder} is not empty: name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    fetch = polite(workspace.settings.fetch, spider.politeness(options))
    told = _Telling(folder)
    out.print(f"[bold]{source}[/]: {len(questions)} questions, answers are kept in {folder}")
    crawls = Crawls(fetch, spider.hosts(options))
    asyncio.run(crawls.run(QuestionsSpider, told.take, questions=questions))
    return told.conclude()


class _Telling:
    """Prints what answers show, and keeps them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counts: Counter[str] = Counter()
        self._asked = 0

    def take(self, item: object) -> None:
        """Take one answer."""
        assert isinstance(item, Asked)
        self._asked += 1
        question, answer = item.question, item.answer
        name = f"{self._asked:02}-{question.name}"
        out.print(f"\n[bold]{name}[/] {escape(question.about)}")
        if answer is not None:
            out.print(f"  [dim]{question.method} {escape(answer.url)}", soft_wrap=True)
        for found in item.found:
            self._counts[found.kind] += 1
            out.print(f"  {_MARKS[found.kind]} {escape(found.what)}", soft_wrap=True)
            if found.means:
                out.print(f"              which means: {escape(found.means)}", soft_wrap=True)
        self._keep(name, item)

    def conclude(self) -> int:
        """Print the sum; return the exit code."""
        counts = self._counts
        out.print(
            f"\n{counts['expected']} things are as expected, {counts['open']} answers to what the "
            f"guide leaves open, {counts['new']} are new"
        )
        if not self._asked:
            out.print("nothing was asked: the log above says why")
        return 3 if counts["new"] or not self._asked else 0

    def _keep(self, name: str, item: Asked) -> None:
        answer = item.answer
        about = {
            "asked": item.question.about,
            "method": item.question.method,
            "url": answer.url if answer else None,
            "status": answer.status if answer else None,
            "error": answer.error if answer else None,
            "headers": {
                key: value
                for key, value in (answer.headers if answer else {}).items()
                if key not in _SECRET
            },
            "received_at": to_text(now()),
            "found": [found._asdict() for found in item.found],
        }
        text = json.dumps(about, ensure_ascii=False, indent=1)
        (self._folder / f"{name}.about.json").write_text(f"{text}\n", encoding="utf-8")
        if answer is not None and answer.body:
            kind = answer.header("content-type")
            extension = next((e for word, e in _EXTENSIONS.items() if word in kind), "bin")
            (self._folder / f"{name}.body.{extension}").write_bytes(answer.body)
