"""The archive at a time, between two times, and as bundles that others take with them."""
