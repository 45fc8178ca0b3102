"""Search words for Chinese and Latin text: pairs of neighbouring characters, and whole words and numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDE = "\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_RUN = re.compile(rf"[{_WIDE}]+|[^\W_{_WIDE}]+")
LONGEST = 60


def tokens(text: str) -> Iterator[str]:
    """Yield what a text can be found by: Chinese runs as pairs (and single characters), other words whole."""
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if re.match(rf"[{_WIDE}]", run):
            yield from run
            yield from (run[place : place + 2] for place in range(len(run) - 1))
        else:
            yield run[:LONGEST]


def index_text(*texts: str) -> str:
    """Answer the search words of these texts, each once, as stored with a ticket."""
    return " ".join(dict.fromkeys(token for text in texts if text for token in tokens(text)))


def wanted(query: str) -> list[str]:
    """Answer the words that must all occur: pairs for Chinese (single characters only for a run of one)."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", query).lower()):
        if re.match(rf"[{_WIDE}]", run) and len(run) > 1:
            found += [run[place : place + 2] for place in range(len(run) - 1)]
        else:
            found.append(run[:LONGEST])
    return list(dict.fromkeys(found))[:20]
