"""One harvest of one source: walk, download, journal, report."""
