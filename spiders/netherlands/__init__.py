"""The parliament of the Netherlands: its sources, conventions, and simulator."""
