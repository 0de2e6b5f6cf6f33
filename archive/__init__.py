"""Bytes, digests, versions: a write-once archive of hash-chained logs and payloads.

Knows nothing of HTTP, spiders, databases or parliaments. The format is specified in `README.md`.
"""
