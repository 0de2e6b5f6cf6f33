"""Griffie's application: one harvest, the index, the site and the command line."""

from importlib.metadata import version

__version__ = version("griffie")
