"""Running for years: what is due, who does it, what is wrong, and whom to tell."""
