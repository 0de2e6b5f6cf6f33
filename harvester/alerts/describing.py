"""Say in words what an alert is about."""

from harvester.alerts.matching import read_search
from harvester.alerts.store import Alert
from harvester.site.language import Words
from harvester.source.registry import printed_dossier

LONGEST = 120


def describe(words: Words, alert: Alert) -> str:
    """Return what an alert is about, for its reader."""
    kind = str(words.value("alert_about", alert.about).unescape())
    if alert.about != "search":
        value = printed_dossier(alert.value) if alert.about == "dossier" else alert.value
        return f"{kind} {value}"
    params = read_search(alert.value)
    said = [f"“{params.q}”"] if params.q else []
    said += [
        f"{words(f'facet.{name}').unescape()}: {words.value(name, value).unescape()}"
        for name, value in params.filters.items()
        if name != "sender"
    ]
    return f"{kind} {' · '.join(said)}"[:LONGEST]
