"""The page at `/`: what this server is and how to steer it."""

from collections.abc import Mapping
from html import escape

from spiders.netherlands.simulator.faults import KINDS
from spiders.netherlands.simulator.feed import FEED_PATH

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Griffie: simulator</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}}
pre{{background:#f3f3f3;padding:.8rem;overflow-x:auto}}td,th{{padding:.1rem .8rem .1rem 0;
text-align:left}}td.n{{text-align:right}}</style></head><body>
<h1>Simulator of the Tweede Kamer's SyncFeed, KOOP's publications and open.overheid.nl</h1>
<p><strong>Nothing here is real</strong>, unless it was started with <code>--corpus</code>.
It answers as the official services do, for tests and demonstrations.</p>
<p>Feed: <a href="{feed}?category=Document">{feed}</a><br>
Search: <a href="{search}">{base}/sru</a>, {publications:,} publications</p>
<h2>Steer it</h2>
<pre>curl -X POST {control}/advance -d '{{"days": 1}}'
curl -X POST {control}/republish
curl -X POST {control}/faults -d '{{"fault": "error_500", "category": "Besluit", "count": 3}}'
curl -X DELETE {control}/faults
curl {control}/state
curl {control}/requests</pre>
<p>A fault takes <code>target</code> (feed, resources, entities, sru, frbr, portal),
<code>category</code>, <code>id</code>, <code>count</code>, <code>after</code> (requests spared
first), <code>delay_s</code>, <code>retry_after_s</code>, <code>size_bytes</code>,
<code>bucket</code>, <code>per_s</code>.</p>
<table><caption>Faults</caption>{kinds}</table>
<h2>What it holds</h2>
<table><tr><th>category</th><th>live</th><th>tombstones</th></tr>{counts}</table>
</body></html>
"""


def index_page(base_url: str, counts: Mapping[str, Mapping[str, int]], publications: int) -> str:
    """Write the page."""
    feed = f"{base_url}{FEED_PATH}"
    rows = [
        f'<tr><td><a href="{feed}?category={name}">{name}</a></td>'
        f'<td class="n">{count["live"]:,}</td><td class="n">{count["tombstones"]:,}</td></tr>'
        for name, count in counts.items()
    ]
    kinds = [f"<tr><td>{kind}</td><td>{escape(text)}</td></tr>" for kind, text in KINDS.items()]
    return _PAGE.format(
        base=base_url,
        feed=feed,
        search=f"{base_url}/sru?query=c.product-area==officielepublicaties",
        publications=publications,
        control=f"{base_url}/-/simulator",
        kinds="".join(kinds),
        counts="".join(rows),
    )
