"""`python -m harvester.cli`, the same as `griffie`."""

from harvester.cli import main

main()
