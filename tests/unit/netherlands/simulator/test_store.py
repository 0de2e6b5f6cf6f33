"""The table of the feed: each entity once, at the place of its latest change."""

from hypothesis import given
from hypothesis import strategies as st

from spiders.netherlands.simulator.entities import Entity
from spiders.netherlands.simulator.store import PAGE_SIZE, Store


def _entity(number: int, category: str = "Zaak") -> Entity:
    return Entity(category, f"id-{number}", "2026-09-10T13:40:40.9030000")


def _walk(store: Store, category: str | None) -> list[str]:
    seen: list[str] = []
    token = -1
    while page := store.view(category).page(token):
        assert len(page) <= PAGE_SIZE
        seen += [row.entity.id for row in page]
        token = page[-1].token
    return seen


@given(st.lists(st.integers(0, 30), max_size=80))
def test_a_walk_sees_each_entity_once_in_the_order_of_its_latest_change(numbers: list[int]) -> None:
    store = Store(1)
    for number in numbers:
        store.put(_entity(number), "")
    latest = list(dict.fromkeys(reversed(numbers)))
    assert _walk(store, "Zaak") == [f"id-{number}" for number in reversed(latest)]
    assert _walk(store, None) == _walk(store, "Zaak")


def test_tokens_increase_over_all_categories_and_have_gaps() -> None:
    store = Store(1)
    tokens = [store.put(_entity(n, "Zaak" if n % 2 else "Document"), "") for n in range(600)]
    assert tokens == sorted(set(tokens))
    assert tokens[-1] - tokens[0] > 700


def test_any_integer_will_do_as_a_token() -> None:
    store = Store(1)
    tokens = [store.put(_entity(number), "") for number in range(3)]
    view = store.view("Zaak")
    assert len(view.page(-5)) == 3
    assert [row.token for row in view.page(tokens[0])] == tokens[1:]
    assert view.page(tokens[-1] + 10**9) == []


def test_what_was_seen_before_stays_as_it_was() -> None:
    store = Store(1)
    store.put(_entity(1), "")
    views = store.views()
    store.put(_entity(2), "")
    assert len(views["Zaak"].rows) == 1
    assert len(store.view("Zaak").rows) == 2


def test_a_full_page_has_250_entries() -> None:
    store = Store(1)
    for number in range(600):
        store.put(_entity(number), "")
    sizes, token = [], -1
    while page := store.view("Zaak").page(token):
        sizes.append(len(page))
        token = page[-1].token
    assert sizes == [250, 250, 100]
