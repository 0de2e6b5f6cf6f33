"""Choose the language of the interface, and look up its words.

Papers keep their own language. The words are in `words/<language>.toml`, one file for each
language, all with the same keys.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

from markupsafe import Markup, escape

Language = Literal["nl", "en"]

LANGUAGES: tuple[Language, ...] = ("nl", "en")
"""The first one is the default."""
COOKIE = "griffie_lang"
ARGUMENT = "_lang"

_accepted = re.compile(
    r"\s*([a-z]{2})(?:-[\w-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*", re.I
)


def choose(asked: str | None, remembered: str | None, accepted: str | None) -> Language:
    """Choose a language.

    Args:
        asked: from the address (`?_lang=en`); takes precedence.
        remembered: from a cookie.
        accepted: the browser's Accept-Language.
    """
    for language in LANGUAGES:
        if asked == language:
            return language
    for language in LANGUAGES:
        if remembered == language:
            return language
    weights = dict.fromkeys(LANGUAGES, 0.0)
    for part in (accepted or "")[:500].split(","):
        match = _accepted.fullmatch(part)
        for language in LANGUAGES:
            if match and match[1].lower() == language:
                weights[language] = max(weights[language], float(match[2] or 1))
    return max(LANGUAGES, key=lambda language: weights[language])


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return all words of a language, by key: `search.title`."""
    file = resources.files("harvester.site") / "words" / f"{language}.toml"
    return dict(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))


def _flat(table: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        found += (
            _flat(value, f"{before}{key}.")
            if isinstance(value, dict)
            else [(before + key, value.strip())]
        )
    return found


@cache
def _sentences(language: Language) -> Mapping[str, Markup]:
    return {key: escape(text) for key, text in catalogue(language).items()}


@lru_cache(maxsize=4096)
def _value(language: Language, group: str, value: str) -> Markup:
    known = catalogue(language).get(f"value.{group}.{slug(value)}")
    return escape(known if known is not None else value)


def slug(value: str) -> str:
    """Return a value as keys of the catalogue hold it: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", value.lower())


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; inserted values are escaped."""

    language: Language

    def __call__(self, key: str, /, **values: object) -> Markup:
        """Return a sentence.

        Raises:
            KeyError: there is no such key; a test holds the templates to the catalogue.
        """
        text = _sentences(self.language)[key]
        return text.format(**{k: self._shown(v) for k, v in values.items()}) if values else text

    def count(self, key: str, number: int, /, **values: object) -> Markup:
        """Return a sentence with a number: its key ends in `.one` or `.other`."""
        return self(f"{key}.{'one' if number == 1 else 'other'}", number=number, **values)

    def value(self, group: str, value: object) -> Markup:
        """Return the name of a value; one without a name stays unchanged."""
        return _value(self.language, group, str(value))

    def number(self, number: int) -> str:
        """Write a number with separated thousands."""
        return f"{number:,}".replace(",", catalogue(self.language)["number.thousands"])

    def _shown(self, value: object) -> object:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return self.number(value) if is_number else value  # type: ignore[arg-type]
