"""What a parliament's package brings to `griffie demo`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demo:
    """A fictional parliament that a simulator serves on loopback."""

    simulator: str
    """A module for `python -m MODULE --port 0 --seed N`.

    It prints one line of JSON with the `url` it serves at, and answers
    `POST /-/simulator/advance {"days": 5}` by letting its time pass. Its `__main__` has a click
    command called `command`, which `griffie simulate` runs.
    """
    settings: str
    """The `[sources.…]` sections of `griffie.toml`; `{url}` stands for the simulator's address."""
    sources: tuple[str, ...]
    """The sources to harvest, in this order."""
    needs: tuple[str, ...] = ()
    """Modules that the simulator imports and an archive in use need not have."""
    install: str = ""
    """What to hand to `pip install` to get them."""
