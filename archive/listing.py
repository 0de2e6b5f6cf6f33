"""Find out from its keys what is in a store."""

from archive.stores import ObjectStore


def folders(store: ObjectStore, prefix: str) -> list[str]:
    """Return the names of the folders directly below a prefix, without listing what is in them.

    Args:
        store: is not changed.
        prefix: empty, or ended by a slash.
    """
    found: list[str] = []
    after = ""
    while info := next(store.list(prefix, after=after), None):
        name, slash, _ = info.key.removeprefix(prefix).partition("/")
        if slash:
            found.append(name)
            # Skip all that is in it at once: no key has a character as great as this one.
            after = f"{prefix}{name}/\x7f"
        else:
            after = info.key
    return sorted(found)  # in key order `a-b/` stands before `a/`
