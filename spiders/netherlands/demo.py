"""The fictional Dutch parliament of `griffie demo`."""

from harvester.source.demo import Demo

DEMO = Demo(
    simulator="spiders.netherlands.simulator",
    settings="""\
[sources.tweedekamer]
feed_url = "{url}/SyncFeed/2.0/Feed"

[sources.officielepublicaties]
sru_url = "{url}/sru"
delay_s = 0
confirm_after_h = 0
reconcile_days = 0

[sources.openoverheid]
url = "{url}"
delay_s = 0
confirm_after_h = 0
copies = 1000
recheck_documents = 1000
""",
    sources=("tweedekamer", "officielepublicaties", "openoverheid"),
    needs=("docx", "pyphen", "reportlab"),
    install="griffie[simulator]",
)
