"""The Tweede Kamer's open data: its SyncFeed 2.0."""
