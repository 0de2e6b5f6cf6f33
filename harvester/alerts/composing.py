"""Write messages: mail in the reader's language, and batches of CloudEvents."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from harvester.alerts.describing import describe
from harvester.alerts.store import Alert
from harvester.site import formats
from harvester.site.addresses import paper_url
from harvester.site.excerpts import MARK_END, MARK_START
from harvester.site.language import Words
from harvester.site.rendering import templates

LONGEST_SUBJECT = 120
_control = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class _Whole:
    """A header of an address, which a line break or an encoded word would spoil."""

    max_count = 1

    @staticmethod
    def parse(value: str, kwds: dict[str, Any]) -> None:
        """Take the value as it is (the protocol of `HeaderRegistry`)."""
        kwds.update(parse_tree=None, decoded=value)

    def fold(self, *, policy: Any) -> str:
        """Return the header in one line; it has fewer than the 998 characters of RFC 5322."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", _Whole)  # type: ignore[arg-type]
_POLICY = policy.SMTP.clone(header_factory=_HEADERS)

Told = Mapping[str, Any]
"""An event as it is told: `says` of the table `told`, with `event`."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes messages of one site.

    Attributes:
        base: the site's address, without a slash at the end.
        sender: the address that mail comes from.
        storm: most events that one message tells whole.
    """

    base: str
    sender: str
    storm: int

    def mail(self, alert: Alert, id_: str, events: Sequence[Told], at: datetime) -> bytes:
        """Return the mail that tells an alert of events."""
        words = Words(alert.language)
        about = describe(words, alert)
        told, rest = events[: self.storm], len(events) - self.storm
        shown: dict[str, Any] = {
            "about": about,
            "events": [self._shown(words, event) for event in told],
            "rest": words.count("alert.rest", rest) if rest > 0 else "",
            "more": self.base + alert_target(alert),
            "end": self.end_url(alert),
            "settings": f"{self.base}/alert/{alert.token}",
            "t": words,
        }
        if len(events) == 1:
            title = f"{plain(shown['events'][0]['happened'])}: {shown['events'][0]['title']}"
        else:
            title = plain(words.count("alert.subject", len(events), about=about))
        return self._written(alert, id_, title, "alert_mail", shown, at)

    def confirmation(self, alert: Alert, id_: str, at: datetime) -> bytes:
        """Return the mail that asks whether an address wants an alert."""
        words = Words(alert.language)
        shown = {
            # Somebody else may have typed this: it carries no words or links of theirs.
            "about": words.value("alert_about", alert.about),
            "confirm": f"{self.base}/alert/{alert.token}/confirm",
            "base": self.base,
            "t": words,
        }
        title = plain(words("alert.confirm_subject"))
        return self._written(alert, id_, title, "alert_confirmation", shown, at)

    def batch(self, alert: Alert, events: Sequence[Told], at: datetime) -> bytes:
        """Return events as a batch of CloudEvents 1.0 in JSON."""
        return json.dumps(
            [
                {
                    "specversion": "1.0",
                    "id": f"{alert.id}/{event['id']}/{event['event']}",
                    "source": self.base,
                    "type": f"griffie.paper.{event['happened']}",
                    "subject": event["id"],
                    "time": at.isoformat(),
                    "datacontenttype": "application/json",
                    "data": {
                        **{k: v for k, v in event.items() if k != "event"},
                        "sentence": unmarked(event["sentence"]),
                        "url": self.base + paper_url(event["id"]),
                        "alert": {"about": alert.about, "value": alert.value},
                    },
                }
                for event in events
            ],
            ensure_ascii=False,
        ).encode(errors="replace")

    def end_url(self, alert: Alert) -> str:
        """Return the address at which an alert is ended."""
        return f"{self.base}/alert/{alert.token}/end"

    def _shown(self, words: Words, event: Told) -> dict[str, Any]:
        happened = words.value("happened", event["happened"])
        if event["happened"] in ("outcome", "advice"):
            happened = words(
                f"alert.told_{event['happened']}",
                value=words.value(event["happened"], event["detail"]),
            )
        outcome = words.value("outcome", event["outcome"]) if event["outcome"] else ""
        if outcome and event["votes_for"] is not None:
            outcome = f"{outcome} {event['votes_for']}–{event['votes_against'] or 0}"
        facts = [
            words.value("kind", event["kind"]),
            event["id"],
            formats.day(words, event["published_on"]).striptags() if event["published_on"] else "",
            event["people"] or "",
            outcome,
            f"{words('paper.advice')}: {words.value('advice', event['advice'])}"
            if event["advice"] else "",
        ]  # fmt: skip
        return {
            "title": one_line(event["subject"] or event["title"] or event["id"]),
            "happened": happened,
            "facts": " · ".join(plain(fact) for fact in facts if fact),
            "sentence": event["sentence"],
            "url": self.base + paper_url(event["id"]),
        }

    def _written(
        self, alert: Alert, id_: str, title: str, template: str, shown: dict[str, Any], at: datetime
    ) -> bytes:
        message = EmailMessage(policy=_POLICY)
        domain = urlsplit(self.base).hostname or "localhost"
        message["From"] = f"Griffie <{self.sender}>"
        message["To"] = alert.address
        message["Subject"] = one_line(title)[:LONGEST_SUBJECT]
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{id_}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = alert.language
        if alert.confirmed_at:
            # RFC 8058: mail programs post to it without asking further.
            message["List-Unsubscribe"] = f"<{self.end_url(alert)}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            message["List-Id"] = f"<alert-{alert.id}.{domain}>"
        render = partial(_render, {**shown, "language": alert.language})
        message.set_content(unmarked(render(f"{template}.txt")))
        message.add_alternative(render(f"{template}.html"), subtype="html")
        return message.as_bytes()


def alert_target(alert: Alert) -> str:
    """Return the address of the page that an alert was made from."""
    if alert.about == "search":
        return f"/search?{alert.value}"
    kind = "paper" if alert.about in ("cites", "answers") else alert.about
    return paper_url(alert.value).replace("/paper/", f"/{kind}/", 1)


def one_line(text: object) -> str:
    """Return a text without line breaks and control characters, which headers must not have."""
    return _control.sub(" ", str(text).replace(MARK_START, "").replace(MARK_END, "")).strip()


def plain(text: object) -> str:
    """Return words of the catalogue, which are escaped for HTML, as they are written."""
    unescape = getattr(text, "unescape", None)
    return one_line(unescape() if unescape else text)


def unmarked(text: str) -> str:
    """Return a text without the marks around what was found."""
    return text.replace(MARK_START, "").replace(MARK_END, "")


def _render(shown: Mapping[str, Any], name: str) -> str:
    return templates().get_template(name).render(plain=plain, **shown)
