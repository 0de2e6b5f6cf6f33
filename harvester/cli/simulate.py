"""`griffie simulate`: stand-ins of the official sources, on loopback."""

import click

from harvester.simulator.__main__ import command as simulator_command

command: click.Command = simulator_command
