"""Alerts: what happened to papers, told to those who asked, once each."""
