"""`griffie simulate`: stand-ins of a parliament's sources, on loopback."""

import importlib

import click

from harvester.source.registry import simulator

command: click.Command = importlib.import_module(f"{simulator()}.__main__").command
