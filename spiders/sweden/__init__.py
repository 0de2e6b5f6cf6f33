"""The parliament of Sweden: its sources and conventions."""
