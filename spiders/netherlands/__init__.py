"""The parliament of the Netherlands: its sources, its way of citing, and their stand-ins."""
