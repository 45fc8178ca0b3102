"""Where the timeline comes from: one module an app, each with its ``SOURCES``; a module put here is found by itself."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module

from archive.sources.source import Midnight, Source

__all__ = ["Midnight", "Source", "all_sources", "source_of"]


@lru_cache(maxsize=1)
def all_sources() -> tuple[Source, ...]:
    """Answer every source, in the order of their kinds."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    sources = sorted((made for module in modules for made in getattr(module, "SOURCES", ())), key=lambda source: source.kind)
    kinds = [source.kind for source in sources]
    assert len(set(kinds)) == len(kinds), kinds
    return tuple(sources)


def source_of(kind: str) -> Source:
    """Answer the source of a kind. Raises KeyError for one that is not known."""
    return {source.kind: source for source in all_sources()}[kind]
