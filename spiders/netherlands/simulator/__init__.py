"""Stand-ins of the Tweede Kamer's SyncFeed and of KOOP: wire form, quirks and faults.

It serves a parliament that it makes up from a seed, or the real rows of a corpus, on loopback.
"""
