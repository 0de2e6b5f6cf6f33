"""The query language of searches."""
