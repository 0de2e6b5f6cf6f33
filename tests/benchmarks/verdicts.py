"""Measure how well advice on motions is read: `python -m tests.benchmarks.verdicts`.

The truth is `tests/unit/netherlands/reading/advice_sentences.py`, made by hand. `--corpus DIR` also
reads every report of a debate (VLOS XML) under a folder and lists what is found, to be judged by
its sentence.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from harvester.untrusted_xml import NotXml, parse_untrusted
from spiders.netherlands.reading.debates import find_advice, is_report, read_report
from tests.unit.netherlands.reading.advice_sentences import TRUTH
from tests.unit.netherlands.reading.test_advice import said


def report() -> str:
    """Say the figures, and each sentence that is read otherwise than by hand."""
    read = [(text, said(text), truth) for text, truth in TRUTH]
    right = sum(len(found & truth) for _, found, truth in read)
    given = sum(len(found) for _, found, _ in read)
    stated = sum(len(truth) for _, _, truth in read)
    lines = [
        f"{len(read)} texts with {stated} verdicts, made by hand",
        f"recall {right / stated:.4f}: {right} of {stated}",
        f"precision {right / given:.4f}: {right} of {given}",
    ]
    lines += [
        f"read as {sorted(found)}, is {sorted(truth)}: {text!r}"
        for text, found, truth in read
        if found != truth
    ]
    return "\n".join(lines)


def debates(folder: Path) -> str:
    """List the advice in the reports of debates under a folder."""
    lines: list[str] = []
    count = 0
    for path in sorted(folder.rglob("*.xml")):
        try:
            root = parse_untrusted(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        except NotXml as error:
            lines.append(f"left out: {path.name}: {error}")
            continue
        if is_report(root):
            count += 1
            lines += [
                f"{path.name}: {advice.target}: {advice.verdict}: {advice.sentence}"
                for advice in find_advice(read_report(root))
            ]
    return "\n".join([f"{count} reports of debates", *lines])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.verdicts")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="reports of debates as XML")
    chosen = parser.parse_args(arguments)
    print(report())
    if chosen.corpus:
        print(debates(chosen.corpus))


if __name__ == "__main__":
    main()
