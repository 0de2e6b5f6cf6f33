"""The doctor's questions: what is as expected, what is new, and what it means."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from scrapy import Request
from scrapy.http import TextResponse

from harvester.harvest.examine import Asked, QuestionsSpider
from spiders.netherlands.openoverheid.options import OpenOverheidOptions
from spiders.netherlands.openoverheid.questions import questions
from tests.unit.netherlands.openoverheid.portal import (
    HAS_ANNEX,
    NOON,
    ROOT,
    Portal,
    Publication,
    uuid,
)

Change = Callable[[str, int, bytes], tuple[int, bytes]]


def portal() -> Portal:
    """A portal of two pages, whose first letter has an annex."""
    made = Portal()
    relations = [{"relation": f"{ROOT}/documenten/{uuid(2)}", "role": HAS_ANNEX}]
    for number in range(1, 80):
        moment = NOON - timedelta(hours=number)
        made.publish(Publication(uuid(number), moment.date(), changed=moment, relations=relations))
    return made


def examine(change: Change = lambda url, status, body: (status, body)) -> dict[str, Asked]:
    """Ask everything of a portal whose answers are changed; return what was found."""
    there = portal()
    spider = QuestionsSpider(questions=questions(OpenOverheidOptions()))

    async def begin() -> list[Any]:
        return [item async for item in spider.start()]

    items, asked = asyncio.run(begin()), {}
    while items:
        item = items.pop(0)
        if isinstance(item, Asked):
            asked[item.question.name] = item
            continue
        assert isinstance(item, Request)
        path = item.url.removeprefix(ROOT)
        status, body = (
            (404, b"") if path == "/robots.txt" else there.answer(item.url.removesuffix("/file"))
        )
        if "aantalResultaten=30" in item.url:
            status, body = 400, b'{"detail": "10, 20 of 50"}'
        status, body = change(path, status, body)
        response = TextResponse(item.url, status=status, body=body, request=item)
        assert item.callback is not None
        items += list(item.callback(response, **item.cb_kwargs))
    return asked


def news(asked: dict[str, Asked]) -> dict[str, list[str]]:
    found = {
        name: [each.what for each in one.found if each.kind == "new"] for name, one in asked.items()
    }
    return {name: what for name, what in found.items() if what}


def test_a_portal_as_the_guide_says_has_no_news() -> None:
    asked = examine()
    assert news(asked) == {}
    assert list(asked) == [q.name for q in questions(OpenOverheidOptions())]
    kinds = {each.kind for one in asked.values() for each in one.found}
    assert kinds == {"expected", "open"}


def test_a_portal_that_answers_401_is_told_with_what_follows() -> None:
    def closed(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (401, b"") if "/zoek" in path else (status, body)

    asked = examine(closed)
    first = next(each for each in asked["list"].found if each.kind == "new")
    assert first.what == "status 401 instead of 200"
    assert "harvests fail" in first.means
    assert asked["detail"].answer is None


def test_a_new_field_is_told_by_its_place() -> None:
    def grown(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        if "/zoek/" not in path or status != 200:
            return status, body
        detail = json.loads(body)
        detail["document"]["titelcollectie"]["ondertitel"] = "x"
        return status, json.dumps(detail).encode()

    assert news(examine(grown)) == {
        "detail": ["unknown: document.document.titelcollectie.ondertitel"]
    }


def test_offsets_that_are_not_obeyed_are_told() -> None:
    there = portal()

    def stuck(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (
            there.answer(ROOT + path.replace("start=50", "start=0"))
            if "zoek?" in path and ("aantalResultaten=50" in path)
            else (status, body)
        )

    assert "50 of 50 are on both pages" in news(examine(stuck))["next-page"]


def test_a_file_that_is_not_as_declared_is_told() -> None:
    def other(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (status, b"other") if "/documenten/0" in path and status == 200 else (status, body)

    [digest, size] = news(examine(other))["file"]
    assert digest.startswith("declared sha1:")
    assert size == "5 bytes, and 8 are declared"


def test_what_is_gone_and_answered_otherwise_is_told() -> None:
    def polite(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (200, b"<html>niet gevonden</html>") if status == 404 else (status, body)

    found = news(examine(polite))
    assert "no-document" in found
    assert "no-file" in found


def test_a_list_in_another_form_is_told() -> None:
    def turned(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (200, b'{"total": 1, "results": []}') if "zoek?" in path else (status, body)

    assert news(examine(turned))["list"] == ["not in the known form: no number `totaal`"]
