"""Which rows of votes count, and for how much."""

from hypothesis import given
from hypothesis import strategies as st

from harvester.index.tally import CONTRADICTED, DUPLICATE, WITH_PARTY, Cast, count


def _number(name: str) -> int:
    """Return a key that no row of votes here has."""
    return 10_000 + sum(map(ord, name))


def party(key: int, choice: str, seats: int | None, label: str) -> Cast:
    return Cast(key, 1, f"{key:05}", choice, seats, None, label, _number(label), label)


def member(key: int, choice: str, name: str, label: str = "A", seats: int = 30) -> Cast:
    return Cast(key, 1, f"{key:05}", choice, seats, _number(name), name, _number(label), label)


def weighed(*votes: Cast, is_roll_call: bool = False) -> dict[int, tuple[int, str | None]]:
    counted = count(votes, is_roll_call=is_roll_call)
    return {vote.key: (vote.weight, vote.not_counted) for vote in counted}


def test_in_a_show_of_hands_a_party_counts_for_its_seats() -> None:
    assert weighed(party(1, "for", 30, "A"), party(2, "against", 9, "B")) == {
        1: (30, None),
        2: (9, None),
    }


def test_in_a_roll_call_each_member_counts_for_one() -> None:
    votes = (member(1, "for", "Ada"), member(2, "against", "Bob"))
    assert weighed(*votes, is_roll_call=True) == {1: (1, None), 2: (1, None)}


def test_a_row_that_says_the_same_again_counts_once() -> None:
    votes = (party(1, "for", 30, "A"), party(2, "for", 30, "A"))
    assert weighed(*votes) == {1: (30, None), 2: (0, DUPLICATE)}


def test_of_rows_that_contradict_each_other_none_counts() -> None:
    votes = (party(1, "for", 30, "A"), party(2, "against", 30, "A"))
    assert weighed(*votes) == {1: (0, CONTRADICTED), 2: (0, CONTRADICTED)}


def test_in_a_show_of_hands_a_member_who_dissents_counts_apart_from_the_party() -> None:
    votes = (party(1, "for", 30, "A"), member(2, "against", "Ada"), member(3, "for", "Bob"))
    assert weighed(*votes) == {1: (29, None), 2: (1, None), 3: (0, WITH_PARTY)}


def test_in_a_show_of_hands_a_member_without_a_party_counts_for_one() -> None:
    votes = (party(1, "for", 30, "A"), member(2, "against", "Ada", "Lid Ada", 1))
    assert weighed(*votes) == {1: (30, None), 2: (1, None)}


def test_beside_rows_of_a_party_that_contradict_each_other_a_member_counts_for_one() -> None:
    votes = (party(1, "for", 30, "A"), party(2, "against", 30, "A"), member(3, "for", "Ada"))
    assert weighed(*votes) == {1: (0, CONTRADICTED), 2: (0, CONTRADICTED), 3: (1, None)}


def test_a_party_without_a_size_counts_for_nothing() -> None:
    assert weighed(party(1, "for", None, "A")) == {1: (0, None)}


def test_a_party_that_has_two_records_is_one_party() -> None:
    one = party(1, "for", 30, "A")
    assert weighed(one, one._replace(key=2, party_key=999_999)) == {
        1: (30, None),
        2: (0, DUPLICATE),
    }


choices = st.sampled_from(["for", "against"])
casts = st.builds(
    lambda n, choice, label: party(n, choice, 10, label),
    st.integers(0, 999),
    choices,
    st.sampled_from("ABCD"),
)


@given(
    st.lists(st.sampled_from(["for", "against", "absent"]), max_size=12),
    st.sampled_from(["for", "against"]),
)
def test_members_apart_change_no_sum(apart: list[str], choice: str) -> None:
    members = [member(n, said, f"member {n}") for n, said in enumerate(apart, 2)]
    counted = weighed(party(1, choice, 30, "A"), *members)
    assert sum(weight for weight, _ in counted.values()) == 30


@given(st.lists(casts, unique_by=lambda vote: vote.key), st.randoms(), st.booleans())
def test_the_order_of_rows_says_nothing(
    votes: list[Cast], dice: "object", is_roll_call: bool
) -> None:
    shuffled = votes[:]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert weighed(*votes, is_roll_call=is_roll_call) == weighed(
        *shuffled, is_roll_call=is_roll_call
    )
