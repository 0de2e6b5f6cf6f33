"""Render a proof as a page to read, print and hand over, which contains the proof."""

import html
import json
import re
from collections.abc import Iterator, Mapping

from archive import canonical
from archive.entries import PayloadEntry, RecordEntry
from archive.line_proofs import LineProof

_SCRIPT = re.compile(rb'<script type="application/json" id="proof">(.*?)</script>', re.DOTALL)
_STYLE = """
:root { color-scheme: light; }
@page { size: A4; margin: 18mm 17mm 20mm; }
* { box-sizing: border-box; }
body { font: 11pt/1.5 "Iowan Old Style", Palatino, Georgia, "DejaVu Serif", serif; color: #1b1f23;
  background: #fff; max-width: 46rem; margin: 2.5rem auto; padding: 0 1.25rem; }
h1, h2 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.6rem; margin: 0 0 .8rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.8rem 0 .5rem; break-after: avoid; }
.kind { color: #59636d; margin: 0; font-size: .95rem; }
.claim { border-left: 4px solid #0b4f5c; padding: .1rem 0 .1rem 1rem; }
dl { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr); gap: .25rem 1rem; margin: 0;
  border-top: 1px solid #dcdfdb; padding-top: .5rem; break-inside: avoid; }
dt { color: #59636d; } dd { margin: 0; overflow-wrap: anywhere; }
ol { padding-left: 1.3rem; } li { margin-bottom: .4rem; }
pre, code { font: .82em/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 1rem; }
.verbatim pre { font-size: 8pt; }
@media (max-width: 34rem) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .5rem; } }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt; } }
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Proof: {about}</title><style>{style}</style></head><body>
<p class="kind">Proof from an archive of official publications</p>
<h1>{about}</h1>
<p class="claim">Whoever holds the key below had what follows in the log of the archive, letter for
letter, <strong>{when}</strong>. Nothing in it can have been changed since.</p>
{entries}
<h2>Signed</h2>
<dl><dt>Key</dt><dd><code>{key}</code></dd>{signed}</dl>
<h2>What this does not prove</h2>
<ol><li>Whose key it is. Compare it with the one that the operator publishes.</li>
<li>That the heading is right: its words are those of the maker of this page. What is proved is
below it.</li>
<li>That the source published this. The operator says so by signing; the address above is where
it was found.</li></ol>
<h2>How to check it</h2>
<ol><li>The file: <code>sha256sum FILE</code> must print the SHA-256 above.</li>
<li>The proof, with Griffie, on any computer and without a network:
<pre>griffie verify proof.html --file FILE --key {key}</pre></li>
<li>Without Griffie: this page holds the proof as JSON, at its end, and archive/PROOFS.md in the
source of Griffie says how to check it with tools of others. Its parts are below: checkpoints are
signed notes, and proofs are tlog-proofs, as C2SP (c2sp.org) describes them.</li></ol>
<section class="verbatim"><h2>Checkpoints, entries and proofs, letter for letter</h2>
{verbatim}</section>
<script type="application/json" id="proof">{data}</script>
</body></html>
"""


def proof_page(data: bytes, proof: LineProof) -> bytes:
    """Return a page that shows a verified proof and contains its bytes."""
    said = json.loads(data)
    signed = "".join(_signed(proof, source) for source in sorted(proof.checkpoints))
    verbatim = [*said["checkpoints"].values()]
    for entry in said["entries"]:
        verbatim += [entry["text"], entry["proof"]]
    return _PAGE.format(
        about=_safe(proof.about),
        style=_STYLE,
        key=proof.signer,
        when=_when(proof),
        entries="".join(_entries(proof)),
        signed=signed,
        verbatim="".join(f"<pre>{_safe(text)}</pre>" for text in verbatim),
        # As JSON, without any character that could end the element.
        data=json.dumps(said).replace("<", "\\u003c"),
    ).encode()


def _when(proof: LineProof) -> str:
    """Say since when all of it is proved: since the last of its checkpoints."""
    if proof.stamped_at and set(proof.stamped_at) == set(proof.checkpoints):
        at = max(proof.stamped_at.values())
        return f"at {_safe(at)} at the latest, by the clock of a timestamp authority"
    at = max(signed.checkpoint.time for signed in proof.checkpoints.values())
    return f"at {_safe(at)}, by the clock of whoever signed"


def _signed(proof: LineProof, source: str) -> str:
    checkpoint, note = proof.checkpoints[source]
    told = {f"Log of {source}": f"{checkpoint.size} lines, signed at {checkpoint.time}"}
    if source in proof.stamped_at:
        told["Timestamp"] = f"a timestamp authority saw it at {proof.stamped_at[source]}"
    others = sorted({line.name for line in note.signatures} - {checkpoint.origin})
    if others:
        told["Cosigned by"] = f"{', '.join(others)}, whose keys are to be had from them"
    return _rows(told)


def read_page(page: bytes) -> bytes | None:
    """Return the proof in a page; None if there is none.

    Raises:
        ValueError: the proof is not JSON.
    """
    found = _SCRIPT.search(page)
    if found is None:
        return None
    return canonical.encode(canonical.decode(found[1])) + b"\n"


def _entries(proof: LineProof) -> Iterator[str]:
    for shown in proof.entries:
        entry = shown.entry
        if isinstance(entry, RecordEntry):
            title = "The record at the source"
            told = {"Record": entry.id, "State": entry.state, "Seen": entry.observed_at,
                    "Address": entry.url, "Changed there": entry.updated or "not said"}  # fmt: skip
        elif isinstance(entry, PayloadEntry):
            title = "The file"
            told = {"File": f"{entry.name} of {entry.record}", "Fetched": entry.retrieved_at,
                    "Address": entry.url, "SHA-256": entry.sha256 or entry.error or "none",
                    "Size": f"{entry.size_bytes} bytes"}  # fmt: skip
        else:
            title, told = "An entry", {"Entry": canonical.encode(entry.to_json()).decode()}
        told["In the log"] = f"line {shown.leaf + 1} of the log of {shown.source}"
        yield f"<h2>{title}</h2><dl>{_rows(told)}</dl>"


def _rows(told: Mapping[str, str]) -> str:
    return "".join(f"<dt>{_safe(k)}</dt><dd>{_safe(v)}</dd>" for k, v in told.items())


def _safe(text: str) -> str:
    return html.escape(text)
