"""Render a proof as a page to read, print and hand over, which contains the proof."""

import html
import json
import re
from collections.abc import Iterator

from archive import canonical
from archive.entries import PayloadEntry, RecordEntry
from archive.line_proofs import LineProof

_SCRIPT = re.compile(rb'<script type="application/json" id="proof">(.*?)</script>', re.DOTALL)
_STYLE = """
body { font: 11pt/1.5 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
dt { font-weight: bold; } dd { margin: 0 0 .6rem; overflow-wrap: anywhere; }
pre, code { font: 9pt/1.4 monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { body { margin: 0; } pre { break-inside: avoid; } }
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<title>Proof: {about}</title><style>{style}</style></head><body>
<h1>Proof</h1>
<p>Its maker says that this is about <strong>{about}</strong>. What is proved is below: that the
operator of the archive who has the key named here had these entries in the log when the checkpoint
was signed. A file is proved by its SHA-256: whoever has the file can compare.</p>
{entries}
<h2>Signed</h2>
<dl><dt>by the key</dt><dd><code>{key}</code></dd>{signed}</dl>
<p>A signature proves nothing about whose key it is: compare the key with the one that the operator
publishes.</p>
<h2>How to check it</h2>
<p>With Griffie: <code>griffie verify proof.html --file FILE --key {key}</code>. Without Griffie,
archive/PROOFS.md in Griffie's source says how, with tools of others: the checkpoints are signed
notes and the proofs tlog-proofs as C2SP describes them.</p>
<h2>Checkpoints, entries and proofs</h2>
{verbatim}
<script type="application/json" id="proof">{data}</script>
</body></html>
"""


def proof_page(data: bytes, proof: LineProof) -> bytes:
    """Return a page that shows a verified proof and contains its bytes."""
    said = json.loads(data)
    signed = "".join(
        f"<dt>log of {_safe(source)}</dt><dd>{signed.checkpoint.size} lines, at "
        f"{_safe(signed.checkpoint.time)} by the signer's clock{_stamped(proof, source)}</dd>"
        for source, signed in sorted(proof.checkpoints.items())
    )
    verbatim = [*said["checkpoints"].values()]
    for entry in said["entries"]:
        verbatim += [entry["text"], entry["proof"]]
    return _PAGE.format(
        about=_safe(proof.about),
        style=_STYLE,
        key=proof.signer,
        entries="".join(_entries(proof)),
        signed=signed,
        verbatim="".join(f"<pre>{_safe(text)}</pre>" for text in verbatim),
        # As JSON, without any character that could end the element.
        data=json.dumps(said).replace("<", "\\u003c"),
    ).encode()


def read_page(page: bytes) -> bytes | None:
    """Return the proof in a page; None if there is none.

    Raises:
        ValueError: the proof is not JSON.
    """
    found = _SCRIPT.search(page)
    if found is None:
        return None
    return canonical.encode(canonical.decode(found[1])) + b"\n"


def _stamped(proof: LineProof, source: str) -> str:
    at = proof.stamped_at.get(source)
    return f", at {_safe(at)} by an authority's" if at else ""


def _entries(proof: LineProof) -> Iterator[str]:
    for shown in proof.entries:
        entry = shown.entry
        where = f"line {shown.leaf + 1} of the log of {shown.source}"
        if isinstance(entry, RecordEntry):
            told = {"record": entry.id, "was": entry.state, "seen at": entry.observed_at,
                    "from": entry.url, "changed at the source": entry.updated or "?"}  # fmt: skip
        elif isinstance(entry, PayloadEntry):
            told = {"file": f"{entry.name} of {entry.record}", "retrieved at": entry.retrieved_at,
                    "from": entry.url, "SHA-256": entry.sha256 or entry.error or "none",
                    "size": f"{entry.size_bytes} bytes"}  # fmt: skip
        else:
            told = {"entry": canonical.encode(entry.to_json()).decode()}
        rows = "".join(f"<dt>{_safe(k)}</dt><dd>{_safe(v)}</dd>" for k, v in told.items())
        yield f"<h2>{_safe(where)}</h2><dl>{rows}</dl>"


def _safe(text: str) -> str:
    return html.escape(text)
