"""What a report says of a harvest."""

from harvester.harvest.report import EXIT_CODES, Report, grouped
from harvester.source.steps import Failure


def report() -> Report:
    return Report("h", "testland", "griffie test", "2026-11-24T12:00:00.000Z")


def test_a_harvest_that_did_not_come_to_its_end_has_failed() -> None:
    assert report().outcome == "failed"


def test_a_harvest_without_failures_is_complete() -> None:
    made = report()
    made.settle(is_stopped=False)
    assert made.outcome == "complete"


def test_one_failure_makes_it_incomplete_and_so_does_a_signal() -> None:
    failed, stopped = report(), report()
    failed.failures.append(Failure("Thing", "HTTP 500", "https://x"))
    failed.settle(is_stopped=False)
    stopped.settle(is_stopped=True)
    assert failed.outcome == stopped.outcome == "incomplete"
    assert "signal" in stopped.failures[0].reason


def test_failures_are_grouped_by_cause_with_examples() -> None:
    failures = [Failure("Thing", "HTTP 500", f"https://x/{n}", "sorry") for n in range(90)]
    failures.append(Failure("Other", "HTTP 404", "https://y"))
    first, second = grouped(failures)
    assert (first["category"], first["reason"], first["count"]) == ("Thing", "HTTP 500", 90)
    assert first["examples"][0] == {"url": "https://x/0", "excerpt": "sorry"}
    assert len(first["examples"]) < 20
    assert second["count"] == 1


def test_outcomes_have_the_documented_exit_codes() -> None:
    assert EXIT_CODES == {"complete": 0, "incomplete": 3, "held": 3, "failed": 75}
