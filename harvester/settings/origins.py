"""Tell where each setting comes from: default, settings file, or environment."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from harvester.settings import Settings

MASK = "(set)"
_PREFIX = "GRIFFIE_"


class Origin(NamedTuple):
    """A setting with its value as text, and the origin that determined it."""

    key: str
    value: str
    origin: str
    """`default`, the name of the file, or the name of the variable."""


def origins(
    settings: Settings,
    options: Mapping[str, BaseModel],
    written: Mapping[str, Any],
    file: str,
    environment: Mapping[str, str],
) -> Iterator[Origin]:
    """Yield every setting, in the order of `config/griffie.toml`.

    Args:
        settings: the effective ones.
        options: those of each source.
        written: the content of the settings file.
        file: its name.
        environment: of this process.
    """
    names = {name.upper(): name for name in environment}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if name == "sources":
            continue
        if isinstance(value, BaseModel):
            there = written.get(name, {})
            yield from _of_section(name, value, there, file, names, environment)
        else:
            variable = names.get(f"{_PREFIX}{name.upper()}")
            yield Origin(name, _shown(value), variable or (file if name in written else "default"))
    for source, chosen in options.items():
        there = written.get("sources", {}).get(source, {})
        yield from _of_section(f"sources.{source}", chosen, there, file, {}, environment)


def _of_section(
    section: str,
    values: BaseModel,
    written: Mapping[str, Any],
    file: str,
    names: Mapping[str, str],
    environment: Mapping[str, str],
) -> Iterator[Origin]:
    variable = f"{_PREFIX}{section.upper()}"
    whole = names.get(variable)
    # A variable may also give a whole section, as JSON.
    given = json.loads(environment[whole]) if whole else {}
    for name in type(values).model_fields:
        own = names.get(f"{variable}_{name.upper()}")
        said = own or (whole if name in given else None)
        origin = said or (file if name in written else "default")
        # Whoever knows the address of a webhook may write to it.
        value = getattr(values, name)
        is_secret = name == "webhook_url" and value
        yield Origin(f"{section}.{name}", MASK if is_secret else _shown(value), origin)


def _shown(value: object) -> str:
    """Return a value roughly as TOML would write it, with secrets masked."""
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else '""'
    if isinstance(value, frozenset):
        value = sorted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        value = without_secrets(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def without_secrets(address: str) -> str:
    """Mask possible secrets of an address: the password and the values of arguments."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if not parts.scheme or not parts.netloc:
        return address
    user, at, host = parts.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    masked = f"{name}{colon}{MASK if colon else ''}{at}{host}"
    query = "&".join(f"{pair.partition('=')[0]}={MASK}" for pair in parts.query.split("&") if pair)
    return parts._replace(netloc=masked, query=query).geturl()
