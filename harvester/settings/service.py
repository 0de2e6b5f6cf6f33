"""The settings of the service: when, what is expected of a source, whom to tell.

`[schedule]` and `[expect]` hold for every source; `[schedule.sources.<name>]` and
`[expect.sources.<name>]` say where one differs.
"""

import re
from datetime import date, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator

from harvester.settings.cron import parse_schedule
from harvester.settings.section import Section
from harvester.source.registry import time_zone

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS_S = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


def duration(text: str) -> timedelta:
    """Read a time span such as 90s, 10min, 1h or 30d.

    Raises:
        ValueError: it is none.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|min|h|d)", text)
    if match is None:
        raise ValueError(f"{text!r} is no time span; write 90s, 10min, 1h or 30d")
    return timedelta(seconds=float(match[1]) * _UNITS_S[match[2]])


class PerSource(Section):
    """A table that holds for every source, and may be overridden for one."""

    sources: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _overrides_are_sound(self) -> Self:
        for name in self.sources:
            try:
                self.of(name)
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                key = ".".join(map(str, ("sources", name, *first["loc"])))
                raise ValueError(f"{key}: {first['msg']}") from error
        return self

    def of(self, source: str) -> Self:
        """Return what holds for a source."""
        changed = self.sources.get(source, {})
        if unknown := changed.keys() & {"sources"}:
            raise ValueError(f"sources.{source}: unknown key {unknown.pop()!r}")
        return type(self)(**self.model_dump(exclude={"sources"}) | changed)


class ScheduleSettings(PerSource):
    """When which job runs: cron expressions, `@daily` and the like, or `every 90s`; "" is never."""

    time_zone: str = Field(default_factory=lambda: time_zone().key)
    """Of the cron expressions, of days, and of working hours; by default the parliament's own."""
    jitter_s: float = Field(20, ge=0)
    """A start is put off by at most so much, by dice: sources are not all asked on the minute."""
    harvest: str = "*/15 * * * *"
    """What is new: metadata, then files (new, failed before, recent for a re-check), then texts."""
    metadata: str = ""
    """In place of that, each part at its own times: the metadata alone."""
    files: str = ""
    """Files to come (new, changed, failed before), then texts."""
    recheck: str = ""
    """Files of recent papers once more, then texts."""
    reconcile: str = "40 4 * * sun"
    """The last `reconcile_days` of a source before its newest entry once more."""
    reconcile_days: int = Field(60, ge=1)
    verify: str = "20 5 * * *"
    """A share of the archive, for `verify_budget`; what was checked longest ago comes first."""
    verify_budget: str = "30min"
    snapshot: str = ""
    """A bundle of everything, as `[snapshots]` says; needs the extra `snapshots`."""

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone {value!r}") from error
        return value

    @field_validator("verify_budget")
    @classmethod
    def _is_span(cls, value: str) -> str:
        duration(value)
        return value

    @field_validator("harvest", "metadata", "files", "recheck", "reconcile", "verify", "snapshot")
    @classmethod
    def _is_schedule(cls, value: str) -> str:
        if value:
            parse_schedule(value, ZoneInfo("UTC"))
        return value


class ExpectSettings(PerSource):
    """What is plausible of a source, and when its silence is an alarm."""

    most_withdrawn_percent: float = Field(5, ge=0, le=100)
    """Of the records present; a harvest that withdraws more is held."""
    most_changed_percent: float = Field(25, ge=0, le=100)
    most_new_times: float = Field(10, ge=1)
    """As many new records as the largest of such days brought: a harvest with more is held."""
    never_held: int = Field(100, ge=0)
    """So many withdrawals, changes, or new records in one harvest are never held."""
    quiet_h: float = Field(16, gt=0)
    """Working hours without anything new after which a source counts as stale."""
    working_days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    working_from_h: int = Field(9, ge=0, le=24)
    working_until_h: int = Field(18, ge=0, le=24)
    holidays: tuple[date, ...] = ()
    """Days on which nothing is published."""
    recess: tuple[tuple[date, date], ...] = ()
    """First and last days of times in which nothing is expected."""
    least_papers: tuple[int, ...] = Field((0,) * 7, min_length=7, max_length=7)
    """Of a Monday, ..., a Sunday: fewer papers with its date are an alarm the day after.

    Where it is 0, a working day that brought far fewer new records than is usual is one.
    """
    most_papers: tuple[int, ...] = Field((0,) * 7, min_length=7, max_length=7)
    """More than so many are one too; 0 is no limit."""
    failures_in_a_row: int = Field(3, ge=1)
    """Harvests that failed, or could not read all metadata."""
    overdue_h: float = Field(12, gt=0)
    """Without any harvest that ended: then nothing runs any more."""
    files_wait_h: float = Field(72, gt=0)
    """So long may a source not give a file that it offers before that is an alarm."""
    backlog_files: int = Field(200, ge=0)
    """So many files to come are an alarm if there were more after each of the last harvests."""

    @model_validator(mode="after")
    def _hours_are_in_order(self) -> Self:
        if self.working_from_h >= self.working_until_h:
            raise ValueError("working_from_h is not before working_until_h")
        return self


class ServiceSettings(Section):
    """How `griffie run` and `griffie harvest --due` treat their jobs."""

    longest_h: float = Field(6, gt=0)
    """A job that runs longer is ended in order; a harvest goes on there the next time."""
    silent_s: float = Field(900, gt=0)
    """A job without a sign of life for so long is ended."""
    grace_s: float = Field(60, gt=0)
    """What a job has to end in order before it is killed."""


class AlarmSettings(Section):
    """Whom to tell when a condition begins, and once more when it is over."""

    command: tuple[str, ...] = ()
    """A program and its arguments; it gets the event as JSON on its standard input."""
    webhook_url: str = Field("", pattern=r"^(https?://.*)?$")
    webhook_secret: SecretStr = SecretStr("")
    """Signs the body (HMAC-SHA-256); from the environment only."""
    apprise_urls: SecretStr = SecretStr("")
    """Separated by spaces: mailto://... and others that Apprise knows; environment only."""
    timeout_s: float = Field(30, gt=0)
    verify_days: int = Field(90, ge=1)
    """A file that was not checked for so long is an alarm."""
    least_free_bytes: int = Field(5_000_000_000, ge=0)
    """Where the index and an archive in a folder lie."""
