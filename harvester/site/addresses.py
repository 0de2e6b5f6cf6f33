"""The addresses of the site: permanent, and safe for any names."""

from urllib.parse import quote, urlencode


def _part(name: object) -> str:
    return quote(str(name), safe="")


def paper_url(
    paper: str,
    source: object = None,
    version: object = None,
    *,
    as_of: str | None = None,
    q: str | None = None,
) -> str:
    """Return the address of a paper, now or as of a time, or of one version of it at a source.

    Args:
        q: a search of which the page marks what it finds in the paper.
    """
    address = f"/paper/{_part(paper)}"
    if source and version:
        return f"{address}/{_part(source)}/{version}"
    return with_arguments(address, _as_of=as_of, q=q)


def difference_url(
    paper: str, source: str, version: object, other_source: str, other_version: object
) -> str:
    """Return the address of the comparison of two versions."""
    older = f"{paper_url(paper, source, version)}/against"
    return f"{older}/{_part(other_source)}/{other_version}"


def replacement_url(paper: str, replaced: str) -> str:
    """Return the address of the comparison of a paper with one that it replaces."""
    return f"{paper_url(paper)}/replaces/{_part(replaced)}"


def file_url(sha256: str) -> str:
    """Return the address of a file."""
    return f"/file/{_part(sha256)}"


def dossier_url(label: str, **said: object) -> str:
    """Return the address of a dossier, without empty arguments."""
    return with_arguments(f"/dossier/{_part(label)}", **said)


def person_url(id_: str) -> str:
    """Return the address of a person."""
    return f"/person/{_part(id_)}"


def party_url(label: str) -> str:
    """Return the address of a party."""
    return f"/party/{_part(label)}"


def search_url(**said: object) -> str:
    """Return the address of a search."""
    return f"/search?{urlencode({k: v for k, v in said.items() if v})}"


def with_arguments(path: str, **said: object) -> str:
    """Return a path without empty arguments."""
    query = urlencode({k: v for k, v in said.items() if v})
    return f"{path}?{query}" if query else path
