"""What opens a version, and which file belongs to it."""

from harvester.index.versions import Event, FileEvent, LeftEvent, RecordEvent, fold


def key(document: str) -> int:
    """Return a number for a document."""
    return sum(map(ord, document))


def seen(state: str = "present", document: str = "d") -> RecordEvent:
    is_provisional = document.startswith("kst-")
    return RecordEvent(1, 2, key(document), is_provisional, state, "2026-11-20", None)


def came(sha256: str, name: str = "file", document: str = "d") -> FileEvent:
    return FileEvent(
        1, 2, key(document), name, sha256, 1, None, "2026-11-21", "https://x", None, None
    )


def folded(*events: Event) -> tuple[list[str], list[tuple[int, str, str]]]:
    versions, files = fold(events)
    assert [v.version for v in versions] == list(range(1, len(versions) + 1))
    return [v.reason for v in versions], [(f.version, f.file.name, f.file.sha256) for f in files]


def test_a_paper_and_its_file_are_one_version() -> None:
    assert folded(seen(), came("1")) == (["published"], [(1, "file", "1")])


def test_a_file_after_a_change_is_that_version_s_even_if_it_is_the_same() -> None:
    reasons, files = folded(seen(), came("1"), seen(), came("1"))
    assert reasons == ["published", "changed"]
    assert files == [(1, "file", "1"), (2, "file", "1")]


def test_a_file_that_changes_alone_opens_a_version() -> None:
    reasons, files = folded(seen(), came("1"), came("1"), came("2"))
    assert reasons == ["published", "file replaced"]
    assert files == [(1, "file", "1"), (2, "file", "2")]


def test_other_files_stay_what_they_were() -> None:
    _, files = folded(seen(), came("1", "xml"), came("2", "pdf"), came("3", "xml"))
    assert files == [(1, "xml", "1"), (1, "pdf", "2"), (2, "pdf", "2"), (2, "xml", "3")]


def test_a_second_file_is_no_replacement() -> None:
    reasons, files = folded(seen(), came("1", "xml"), came("1", "pdf"))
    assert reasons == ["published"]
    assert files == [(1, "xml", "1"), (1, "pdf", "1")]


def test_withdrawal_and_return_are_versions() -> None:
    reasons, files = folded(seen(), came("1"), seen("withdrawn"), seen(), came("1"))
    assert reasons == ["published", "withdrawn", "restored"]
    assert files == [(1, "file", "1"), (3, "file", "1")]


def test_what_was_never_present_has_no_version() -> None:
    assert folded(seen("withdrawn"), came("1")) == ([], [])
    assert folded(seen("withdrawn"), seen())[0] == ["published"]


def test_what_was_provisional_becomes_the_first_version_of_what_is_final() -> None:
    reasons, files = folded(
        seen(document="kst-1"), came("1", "pdf", "kst-1"),
        seen(), came("2", "xml"), came("3", "pdf"),
        seen("withdrawn", "kst-1"),
    )  # fmt: skip
    assert reasons == ["published", "typeset"]
    assert files == [(1, "pdf", "1"), (2, "xml", "2"), (2, "pdf", "3")]


def test_a_provisional_record_that_went_first_leaves_a_gap() -> None:
    reasons, _ = folded(seen(document="kst-1"), seen("withdrawn", "kst-1"), seen())
    assert reasons == ["published", "withdrawn", "typeset"]


def test_a_file_that_comes_late_belongs_to_the_record_that_offered_it() -> None:
    reasons, files = folded(seen(document="kst-1"), seen(), came("1", "pdf", "kst-1"))
    assert reasons == ["published", "typeset"]
    assert files == [(1, "pdf", "1")]


def test_a_paper_that_is_issued_again_under_another_record_goes_on_as_itself() -> None:
    reasons, files = folded(
        seen(document="d"), came("1", document="d"),
        seen("withdrawn", document="d"), LeftEvent(key("d")),
        seen(document="e"), came("2", document="e"),
    )  # fmt: skip
    assert reasons == ["published", "withdrawn", "reissued"]
    assert files == [(1, "file", "1"), (3, "file", "2")]


def test_what_left_for_another_paper_keeps_this_one_from_nothing() -> None:
    reasons, _ = folded(
        seen(document="d"), LeftEvent(key("d")), seen(document="e"), seen("withdrawn", document="e")
    )
    assert reasons == ["published", "reissued", "withdrawn"]
