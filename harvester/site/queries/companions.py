"""Words that often go along with those of a search, in the titles of what it finds."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from math import log

from harvester.search.folding import words_of
from harvester.site.queries.matches import Matches
from harvester.site.queries.remembered import vocabulary_of
from harvester.source.registry import search_language

MOST = 3
READ = 100
"""Titles that are read, of the newest that were found."""
LOOKED_UP = 25
"""Words that may be offered, those that stand in most titles."""
LEAST = 3
"""Papers in which a word stands beside those of the search."""
LIFT = 1.5
"""How much oftener than in other papers."""
_SHORTEST = 5


def of(connection: sqlite3.Connection, matches: Matches, typed: Iterable[str]) -> list[str]:
    """Return a few words that titles of found papers have much oftener than other papers do."""
    language = search_language()
    asked = {language.lemma(word) for one in typed for word in words_of(one)}
    if not asked or len(matches.narrowed) < LEAST:
        return []
    keys = matches.columns.by_date(matches.narrowed, True, READ, 0)
    titles = connection.execute(
        f"SELECT coalesce(subject, title, '') FROM paper WHERE key IN ({', '.join(map(str, keys))})"
    ).fetchall()
    spelled: Counter[str] = Counter()
    for (title,) in titles:
        titled = {w for w in words_of(title) if len(w) >= _SHORTEST and w.isalpha()}
        spelled.update(titled - language.fillers)
    forms: dict[str, Counter[str]] = {}
    # To find a lemma takes long: only words that may be offered, and their forms, are worth it.
    for word, count in spelled.most_common(2 * LOOKED_UP):
        if count > 1:
            forms.setdefault(language.lemma(word), Counter())[word] = count
    papers = {lemma: min(found.total(), len(titles)) for lemma, found in forms.items()}
    often = {
        lemma: count
        for lemma, count in papers.items()
        if count >= LEAST
        and not _is_part(lemma, asked)
        # A word of each title goes along with nothing: it is what the search is about.
        and count < 0.8 * len(titles)
    }
    # In how many papers a word stands is a look at the index for each.
    oftenest = sorted(often, key=lambda lemma: (-often[lemma], lemma))[:LOOKED_UP]
    words = {lemma: forms[lemma].most_common(1)[0][0] for lemma in oftenest}
    known = vocabulary_of(connection).papers(sorted(words.values()))
    present = len(matches.columns.all_keys())

    def lift(lemma: str) -> float:
        papers_with = max(1, known.get(words[lemma], 1))
        return (often[lemma] / len(titles)) / (papers_with / present)

    def weight(lemma: str) -> tuple[float, str]:
        rarity = log(1 + present / max(1, known.get(words[lemma], 1)))
        return -often[lemma] * rarity, lemma

    telling = [lemma for lemma in oftenest if lift(lemma) >= LIFT]
    return [words[lemma] for lemma in sorted(telling, key=weight)[:MOST]]


def _is_part(lemma: str, asked: Iterable[str]) -> bool:
    return any(lemma in other or other in lemma for other in asked)
