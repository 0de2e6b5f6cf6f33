"""Measure how well search finds: `python -m tests.benchmarks.searching --corpus DIR`.

Queries are made from the subjects of real motions: three of the rarer words, as they are, one in
another form, one mistyped, or a compound typed apart. The right paper is the one they come from.

DIR holds `motions/Document.jsonl.gz` and `motions/koop-xml.tar.gz`. With `--texts-only`, subjects
are not in the index.
"""

import argparse
import gzip
import json
import random
import sqlite3
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from harvester.index import TextRow
from harvester.search.folding import words_of
from harvester.site.queries import search
from harvester.site.queries.finding import matching, understand
from harvester.site.reader import prepare
from harvester.text.extraction import extract
from spiders.netherlands.language import DUTCH
from spiders.netherlands.printed.conventions import DUTCH_PAPERS
from tests.unit.archive.makers import digest
from tests.unit.index.makers import document, file, filled

TOP = 10
TODAY = date(2026, 11, 24)
LETTERS = 6
"""Of a word that is mistyped, at least."""
_NOT_WORDS = frozenset(
    words_of("motie van het de lid leden over een en om in op voor met te c s gewijzigd nader")
)


@dataclass(frozen=True)
class Motion:
    """A real motion: what is searched."""

    id: str
    title: str
    subject: str
    text: str
    official_id: str = ""
    published_on: str = ""


@dataclass(frozen=True)
class Language:
    """The words of the subjects, and how they hang together."""

    papers: Counter[str]
    by_lemma: dict[str, list[str]]


def motions(folder: Path) -> Iterator[Motion]:
    """Read the motions of a corpus that have a text."""
    with tarfile.open(folder / "motions" / "koop-xml.tar.gz") as tar:
        files = {
            member.name.removesuffix(".xml").split("-", 1)[1]: opened.read()
            for member in tar
            if member.isfile() and (opened := tar.extractfile(member))
        }
    dossiers = {}
    with gzip.open(
        folder / "motions" / "Kamerstukdossier.jsonl.gz", "rt", encoding="utf-8"
    ) as rows:
        for line in rows:
            row = json.loads(line)
            label = "-".join(str(p) for p in (row["Nummer"], row.get("Toevoeging")) if p)
            dossiers[row["Id"]] = label
    with gzip.open(folder / "motions" / "Document.jsonl.gz", "rt", encoding="utf-8") as rows:
        for line in rows:
            row = json.loads(line)
            labels = [dossiers.get(id_, "") for id_ in row["Kamerstukdossier_Ids"]]
            keys = [key for d in labels if (key := f"{d}-{row['Volgnummer']}") in files]
            found = [files[key] for key in keys]
            if found and row["Onderwerp"]:
                text = extract(found[0], "application/xml", DUTCH_PAPERS).text
                official_id, day = f"kst-{keys[0]}", row["Datum"][:10]
                title = row["Titel"] or ""
                yield Motion(row["Id"], title, row["Onderwerp"], text, official_id, day)


def language_of(papers: Sequence[Motion]) -> Language:
    """Count in how many subjects and texts each word occurs."""
    counted: Counter[str] = Counter()
    for paper in papers:
        counted.update(set(words_of(f"{paper.subject} {paper.text}")))
    by_lemma = defaultdict(list)
    for word in sorted(counted):
        by_lemma[DUTCH.lemma(word)].append(word)
    return Language(counted, dict(by_lemma))


def three_words(paper: Motion, language: Language, dice: random.Random) -> list[str]:
    """Return three of the rarer words of a subject, in its order."""
    words = [w for w in dict.fromkeys(words_of(paper.subject)) if len(w) > 3]
    words = [w for w in words if w not in _NOT_WORDS and w.isalpha()]
    rare = sorted(words, key=lambda w: language.papers[w])[:6]
    chosen = set(dice.sample(rare, min(3, len(rare))))
    return [word for word in words if word in chosen]


def in_another_form(words: list[str], language: Language, dice: random.Random) -> list[str] | None:
    """Put one word in another form that the corpus has."""
    places = [n for n, w in enumerate(words) if len(language.by_lemma[DUTCH.lemma(w)]) > 1]
    if not places:
        return None
    at = dice.choice(places)
    others = [w for w in language.by_lemma[DUTCH.lemma(words[at])] if w != words[at]]
    return [*words[:at], dice.choice(others), *words[at + 1 :]]


def mistyped(words: list[str], language: Language, dice: random.Random) -> list[str] | None:
    """Leave out or double a letter, or swap two, so that it is no word of the corpus."""
    places = [n for n, word in enumerate(words) if len(word) >= LETTERS]
    if not places:
        return None
    at = dice.choice(places)
    word, n = words[at], dice.randrange(len(words[at]) - 1)
    typed = dice.choice(
        (
            word[:n] + word[n + 1 :],
            word[:n] + word[n] + word[n:],
            word[:n] + word[n + 1] + word[n] + word[n + 2 :],
        )
    )
    return None if typed in language.papers else [*words[:at], typed, *words[at + 1 :]]


def apart(words: list[str], language: Language, dice: random.Random) -> list[str] | None:
    """Type a compound of two words of the corpus apart."""
    for at in dice.sample(range(len(words)), len(words)):
        word = words[at]
        cuts = [n for n in range(4, len(word) - 3)
                if word[:n] in language.papers and word[n:] in language.papers]  # fmt: skip
        if cuts:
            n = dice.choice(cuts)
            return [*words[:at], word[:n], word[n:], *words[at + 1 :]]
    return None


def as_they_are(words: list[str], language: Language, dice: random.Random) -> list[str] | None:
    """Change nothing."""
    return words


Kind = Callable[[list[str], Language, random.Random], list[str] | None]
KINDS: dict[str, Kind] = {
    "words of the subject": as_they_are,
    "one in another form": in_another_form,
    "one mistyped": mistyped,
    "a compound apart": apart,
}


def queries(
    kind: Kind, papers: Sequence[Motion], language: Language, count: int, seed: int
) -> list[tuple[str, str]]:
    """Make queries of a kind: what is typed, and the paper that is right."""
    dice = random.Random(f"{seed} {kind.__name__}")
    found: list[tuple[str, str]] = []
    for paper in (dice.choice(papers) for _ in range(20 * count)):
        words = three_words(paper, language, dice)
        if len(words) == 3 and (typed := kind(words, language, dice)):
            found.append((" ".join(typed), paper.id))
            if len(found) == count:
                break
    return found


def index_of(papers: Sequence[Motion], path: Path, *, is_texts_only: bool) -> None:
    """Make an index of motions as a harvest would."""
    entries = [
        document(
            p.id, kind="motion", subject="" if is_texts_only else p.subject,
            title="" if is_texts_only else p.title,
        )
        for p in papers
    ]  # fmt: skip
    index = filled(path, entries, [file(p.id, p.text) for p in papers])
    index.put_texts(TextRow(digest(p.text), "ok", None, 1, p.text) for p in papers)
    index.refresh()
    index.close()


def search_for(connection: sqlite3.Connection, typed: str) -> list[str]:
    """Return the numbers of the first papers found."""
    matches = matching(connection, understand(connection, typed, TODAY), {})
    return [row["number"] for row in search.find(connection, matches, "relevance", TOP)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--queries", type=int, default=2000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts-only", action="store_true")
    parser.add_argument("--show", type=int, default=0, help="queries of each kind that missed")
    chosen = parser.parse_args(arguments)
    papers = list(motions(chosen.corpus))
    language = language_of(papers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.sqlite"
        index_of(papers, path, is_texts_only=chosen.texts_only)
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        prepare(connection)
        print(f"{len(papers):,} motions, {path.stat().st_size / 1e6:.0f} MB")
        for name, kind in KINDS.items():
            made = queries(kind, papers, language, chosen.queries, chosen.seed)
            tell(connection, name, made, chosen.show)


def tell(
    connection: sqlite3.Connection, name: str, made: list[tuple[str, str]], shown: int
) -> None:
    """Print what became of the queries of a kind."""
    nothing = first = top = 0
    taken_s, missed = [], []
    for typed, right in made:
        begun = time.process_time()  # whatever else the machine does
        found = search_for(connection, typed)
        taken_s.append(time.process_time() - begun)
        nothing += not found
        first += found[:1] == [f"N-{right}"]
        top += f"N-{right}" in found
        if f"N-{right}" not in found:
            missed.append(typed)
    p95_ms = sorted(taken_s)[int(len(taken_s) * 0.95)] * 1000
    print(
        f"{name:<22} {len(made):>5,} queries: none {nothing / len(made):.3f}, "
        f"first {first / len(made):.3f}, first ten {top / len(made):.3f}, "
        f"p95 {p95_ms:.0f} ms of CPU",
        flush=True,
    )
    for typed in missed[:shown]:
        print("   ", typed)


if __name__ == "__main__":
    main()
