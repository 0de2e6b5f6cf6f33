"""The official publications of both chambers: KOOP's SRU 2.0 service and file repository."""
