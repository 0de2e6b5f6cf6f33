"""Settings of the service: schedule, expectations, limits, alarms.

`[schedule]` and `[expect]` hold for every source; `[schedule.sources.<name>]` and
`[expect.sources.<name>]` override them for one source.
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
        ValueError: this is no time span.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|min|h|d)", text)
    if match is None:
        raise ValueError(f"{text!r} is no time span; write 90s, 10min, 1h or 30d")
    return timedelta(seconds=float(match[1]) * _UNITS_S[match[2]])


class PerSource(Section):
    """A table for all sources that may be overridden for one."""

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
        """Return the settings of a source."""
        changed = self.sources.get(source, {})
        if unknown := changed.keys() & {"sources"}:
            raise ValueError(f"sources.{source}: unknown key {unknown.pop()!r}")
        return type(self)(**self.model_dump(exclude={"sources"}) | changed)


class ScheduleSettings(PerSource):
    """When jobs run: a cron expression, an alias such as `@daily`, or `every 90s`; "" is never."""

    time_zone: str = Field(default_factory=lambda: time_zone().key)
    """Time zone of cron expressions, days and working hours; by default the parliament's."""
    jitter_s: float = Field(20, ge=0)
    """Most random delay of a start, so that sources are not all asked on the minute."""
    harvest: str = "*/15 * * * *"
    """A harvest: new metadata, then files (new, failed, recent ones again), then texts."""
    metadata: str = ""
    """Instead of that, each part on its own schedule: new metadata."""
    files: str = ""
    """Missing files (new, changed, failed), then texts."""
    recheck: str = ""
    """A re-check of recent files, then texts."""
    reconcile: str = "40 4 * * sun"
    """A walk over the last `reconcile_days` before the newest entry of a source."""
    reconcile_days: int = Field(60, ge=1)
    verify: str = "20 5 * * *"
    """Verification of a part of the archive within `verify_budget`, least recently checked
    first."""
    verify_budget: str = "30min"
    snapshot: str = ""
    """A snapshot, as `[snapshots]` says; needs the extra `snapshots`."""

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
    """What is plausible for a source, and when its silence is an alarm."""

    most_withdrawn_percent: float = Field(5, ge=0, le=100)
    """Share of present records; a harvest that withdraws more is held."""
    most_changed_percent: float = Field(25, ge=0, le=100)
    most_new_times: float = Field(10, ge=1)
    """Multiple of the largest comparable day; a harvest with more new records is held."""
    never_held: int = Field(100, ge=0)
    """Fewer withdrawals, changes or new records than this are never held."""
    quiet_h: float = Field(16, gt=0)
    """Working hours without anything new after which a source counts as stale."""
    working_days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    working_from_h: int = Field(9, ge=0, le=24)
    working_until_h: int = Field(18, ge=0, le=24)
    holidays: tuple[date, ...] = ()
    """Days on which nothing is published."""
    recess: tuple[tuple[date, date], ...] = ()
    """First and last days of periods in which nothing is expected."""
    least_papers: tuple[int, ...] = Field((0,) * 7, min_length=7, max_length=7)
    """Least papers of a Monday, ..., a Sunday; fewer are an alarm the day after.

    Where it is 0, far fewer new records than the baseline of the day are an alarm.
    """
    most_papers: tuple[int, ...] = Field((0,) * 7, min_length=7, max_length=7)
    """Most papers of a day; more are an alarm. 0 is no limit."""
    failures_in_a_row: int = Field(3, ge=1)
    """Consecutive harvests that failed or could not read all metadata."""
    overdue_h: float = Field(12, gt=0)
    """Hours without a completed harvest, after which nothing seems to run."""
    files_wait_h: float = Field(72, gt=0)
    """Time for which a source may fail to deliver an offered file before that is an alarm."""
    backlog_files: int = Field(200, ge=0)
    """Missing files that are an alarm if their number grew in each of the last harvests."""

    @model_validator(mode="after")
    def _hours_are_in_order(self) -> Self:
        if self.working_from_h >= self.working_until_h:
            raise ValueError("working_from_h is not before working_until_h")
        return self


class ServiceSettings(Section):
    """How `griffie run` and `griffie harvest --due` treat their jobs."""

    longest_h: float = Field(6, gt=0)
    """Longest run of a job, which then is asked to end; the next harvest continues there."""
    silent_s: float = Field(900, gt=0)
    """Longest time without a sign of life of a job, which then is ended."""
    grace_s: float = Field(60, gt=0)
    """Time that a job has to end by itself before it is killed."""


class AlarmSettings(Section):
    """Hooks to call when a condition begins and when it is over."""

    command: tuple[str, ...] = ()
    """A program and its arguments; it receives the event as JSON on standard input."""
    webhook_url: str = Field("", pattern=r"^(https?://.*)?$")
    webhook_secret: SecretStr = SecretStr("")
    """Secret that signs the body (HMAC-SHA-256); from the environment only."""
    apprise_urls: SecretStr = SecretStr("")
    """Apprise addresses, such as mailto://..., separated by spaces; from the environment only."""
    timeout_s: float = Field(30, gt=0)
    verify_days: int = Field(90, ge=1)
    """Days without a check of a file that are an alarm."""
    least_free_bytes: int = Field(5_000_000_000, ge=0)
    """Least free space where the index and an archive in a folder are."""
