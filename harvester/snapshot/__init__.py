"""The archive at a time, between two times, and as published snapshots and exports."""
