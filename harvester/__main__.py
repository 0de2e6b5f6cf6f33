"""`python -m harvester` is `griffie`."""

from harvester.cli import main

if __name__ == "__main__":
    main()
