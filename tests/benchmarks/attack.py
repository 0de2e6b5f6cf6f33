"""How the site stands attacks: what ordinary readers wait for beside them, and how much memory.

python -m tests.benchmarks.attack --keep /tmp/many      (an index that `benchmarks.site` made)
"""

import argparse
import asyncio
import random
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlencode

import aiohttp

from harvester.site.pages.routes import PATTERNS
from harvester.site.search_params import FILTERS
from harvester.site.traffic import name_of
from tests.benchmarks.many_papers import Words
from tests.benchmarks.site import Wanted, cpu_s, load, serving, tell

BOMBS = (
    "select length(hex(zeroblob(499999999)))",
    "select instr(hex(zeroblob(20000000)), hex(zeroblob(18000000)) || 'x')",
    "select instr(hex(zeroblob(1900000)), hex(zeroblob(1800000)) || 'x')",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n order by 1",
    "select count(*) from paper a, paper b, paper c",
    "select group_concat(hex(zeroblob(900000))) from paper",
    "select text from paper_fts",
)
HOSTILE = ("", "\0", "\u202e", "9" * 5_000, "-1", "é" * 300, "' OR 1=1 --", '"', "%", "../" * 40,
           "<script>", "{{7*7}}", "\r\nX: y", "2026-02-30", "NEAR(", "a" * 3_000, "a* OR b* OR c*",
           " ".join("abcdefghij" * 40), "(" * 400)  # fmt: skip
ARGUMENTS = (*FILTERS, "q", "page", "size", "sort", "_as_of", "_lang", "what", "source", "sql",
             "_search", "_sort", "_size", "_facet", "_where", "_next")  # fmt: skip
COMMONEST = Words.made(1).words[:20]
SLOW_SENDERS = 200
CSV_READERS = 50
SQL_READERS = 8
CRAWLERS = 4
Attack = Callable[[aiohttp.ClientSession, str, random.Random], Awaitable[int]]
"""Makes one hostile request; returns the status of the answer."""


def main() -> None:
    """Measure ordinary readers alone, and beside each attack."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=15)
    given = parser.parse_args()
    wanted = Wanted.of(given.keep / "index.sqlite")
    attacks: dict[str, tuple[Attack, int]] = {
        "no attack": (bomb, 0),
        "SQL bombs": (bomb, SQL_READERS),
        "CSV readers": (csv, CSV_READERS),
        "slow senders": (send_slowly, SLOW_SENDERS),
        "hostile parameters": (crawl, CRAWLERS),
    }
    with serving(given.keep, 0) as (url, process), watched(process) as most_mb:
        asyncio.run(load(url, wanted, given.clients, given.seconds))  # what is read first
        for name, (attack, count) in attacks.items():
            begun, most_mb[0] = cpu_s(process), 0
            times, statuses = asyncio.run(beside(url, wanted, attack, count, given))
            tell(name, times, given.seconds, cpu_s(process) - begun)
            got = ", ".join(f"{n:,} x {status}" for status, n in sorted(statuses.items()))
            print(f"  at most {most_mb[0]:,.0f} MB; answers to attackers: {got or 'none'}")


async def beside(
    url: str, wanted: Wanted, attack: Attack, count: int, given: argparse.Namespace
) -> tuple[dict[str, list[float]], Counter[int]]:
    """Let ordinary readers read beside attackers; return their times, and what attackers got."""
    statuses: Counter[int] = Counter()
    timeout = aiohttp.ClientTimeout(total=120)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:

        async def go_on(seed: int) -> None:
            dice = random.Random(seed)
            while True:
                with suppress(aiohttp.ClientError, asyncio.TimeoutError, OSError):
                    statuses[await attack(session, url, dice)] += 1
                await asyncio.sleep(0)

        attackers = [asyncio.create_task(go_on(seed)) for seed in range(count)]
        await asyncio.sleep(2 if count else 0)
        times = await load(url, wanted, given.clients, given.seconds)
        for attacker in attackers:
            attacker.cancel()
        await asyncio.gather(*attackers, return_exceptions=True)
    return times, statuses


async def bomb(session: aiohttp.ClientSession, url: str, dice: random.Random) -> int:
    """Ask SQL that takes all memory, or never ends."""
    return await _get(session, f"{url}/tables.json?" + urlencode({"sql": dice.choice(BOMBS)}))


async def csv(session: aiohttp.ClientSession, url: str, dice: random.Random) -> int:
    """Download all papers."""
    return await _get(session, f"{url}/search.csv?" + urlencode({"q": dice.choice(COMMONEST)}))


async def send_slowly(session: aiohttp.ClientSession, url: str, dice: random.Random) -> int:
    """Send a request a byte at a time."""
    host, _, port = url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    try:
        for byte in b"GET /search?q=de HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 60:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(dice.uniform(0.1, 0.5))
        return 0
    finally:
        writer.close()


async def crawl(session: aiohttp.ClientSession, url: str, dice: random.Random) -> int:
    """Ask a route for nonsense; tell of each answer that is our fault."""
    path = name_of(dice.choice(PATTERNS))
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + quote(dice.choice(HOSTILE), safe="") + rest.partition("}")[2]
    asked = {dice.choice(ARGUMENTS): dice.choice(HOSTILE) for _ in range(dice.randint(0, 4))}
    address = f"{path}?{urlencode(asked)}"
    status = await _get(session, url + address)
    if status >= 500 and status != 503:
        print(f"  {status}: {address[:300]}")
    return status


async def _get(session: aiohttp.ClientSession, address: str) -> int:
    async with session.get(address, allow_redirects=False) as answer:
        async for _ in answer.content.iter_chunked(65536):
            pass
        return answer.status


@contextmanager
def watched(process: int) -> Iterator[list[float]]:
    """Watch how much memory a process and its children have; yield the most so far, in MB."""
    most, is_over = [0.0], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.2):
            most[0] = max(most[0], memory_mb(process))

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield most
    finally:
        is_over.set()
        watching.join()


def memory_mb(process: int) -> float:
    """Return the memory of a process and its children; what they share counts once."""
    total_kb, proc = 0, Path("/proc", str(process))
    with suppress(OSError):
        rollup = (proc / "smaps_rollup").read_text(encoding="utf-8")
        total_kb = sum(int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:")
        children = (proc / "task" / str(process) / "children").read_text(encoding="utf-8").split()
        return total_kb / 1000 + sum(memory_mb(int(child)) for child in children)
    return total_kb / 1000


if __name__ == "__main__":
    main()
