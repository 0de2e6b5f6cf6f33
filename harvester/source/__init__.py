"""What the package of a parliament implements, and how its sources are found."""
