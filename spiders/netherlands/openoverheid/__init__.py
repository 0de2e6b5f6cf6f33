"""open.overheid.nl: what Dutch ministries publish themselves (README.md is the guide)."""
