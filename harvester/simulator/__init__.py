"""A stand-in of the Tweede Kamer's SyncFeed: its wire form, its quirks and its faults.

It serves a parliament that it makes up from a seed, or the real rows of a corpus, on loopback.
"""
