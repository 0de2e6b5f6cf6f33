"""One package per official source, and the spider that fetches files of any source."""
