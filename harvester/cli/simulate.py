"""`griffie simulate`: simulate a parliament's sources on loopback."""

import importlib

import click

from harvester.source.registry import demo

command: click.Command = importlib.import_module(f"{demo().simulator}.__main__").command
