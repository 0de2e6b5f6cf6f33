"""Tests of the Swedish sources."""
