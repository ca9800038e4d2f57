"""The spider of a source. Scrapy's own loader imports those of all sites, for the one that is asked for."""

from __future__ import annotations

import importlib
from functools import cached_property

from scrapy import Request, Spider
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.spider import iter_spider_classes

from crawler.sources import package_of


class Loader:
    """What Scrapy asks for spiders: as its own loader, which is only begun where all are asked for, or one that is no source's
    in spiders/."""

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Loader:
        """The loader of a project."""
        return cls(settings)

    @cached_property
    def _all(self) -> SpiderLoader:
        return SpiderLoader.from_settings(self._settings)

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of this name. Raises KeyError."""
        if (package := package_of(spider_name)) is not None:
            for spider in iter_spider_classes(importlib.import_module(f"spiders.{package}.spider")):
                if spider.name == spider_name:
                    return spider
        return self._all.load(spider_name)

    def find_by_request(self, request: Request) -> list[str]:
        """The names of the spiders that would take a request."""
        return self._all.find_by_request(request)

    def list(self) -> list[str]:
        """The names of all spiders."""
        return self._all.list()
