"""The fictional Swedish parliament of `griffie demo --parliament sweden`."""

from harvester.source.demo import Demo

DEMO = Demo(
    simulator="spiders.sweden.simulator",
    settings="""\
[sources.riksdagen]
url = "{url}"
delay_s = 0
confirm_after_h = 0
""",
    sources=("riksdagen",),
)
