"""Import what the forked processes of the tests need; see `forked.py`."""

import gc

import click
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

import spiders.netherlands.reading.appraisals
import spiders.netherlands.simulator.__main__  # noqa: F401
from harvester.cli import COMMANDS, cli
from harvester.harvest.crawl import scrapy_settings
from harvester.settings import FetchSettings
from harvester.source.registry import load_sources

LISTED = ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES")
NAMED = ("DOWNLOADER", "SCHEDULER", "DUPEFILTER_CLASS", "STATS_CLASS", "SCHEDULER_PRIORITY_QUEUE")

for name in COMMANDS:
    cli.get_command(click.Context(cli), name)
load_sources()
# Scrapy imports its parts when a crawl begins.
settings = Settings(scrapy_settings(FetchSettings(), frozenset()))
for name in LISTED:
    for part in settings.get_component_priority_dict_with_base(name):
        load_object(part)
for name in NAMED:
    load_object(settings[name])
# What is imported lives as long as each process: no collection need look at it.
gc.freeze()
