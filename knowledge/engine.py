"""Which articles fit some words best. Pure: words and weights in, an order out.

A word that few articles have says more than one that many have (inverse document frequency); what stands in a title says
more than what stands in a text. An article that shares only one common word is no suggestion.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from tickets import search

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TITLE, PROBLEM, REST = 6, 3, 1
"""What a word weighs by where it stands."""
MOST = 40
"""Words of a question that are looked up, its rarest."""
SHARE = 0.12
"""The least part of what a question asks for (by rarity) that an article has to hold to be suggested."""


class Hit(NamedTuple):
    """An article that has a word of the question."""

    article: int
    word: str
    weight: int


def weigh(*, title: Iterable[str], problem: Iterable[str], rest: Iterable[str]) -> dict[str, int]:
    """Answer the words of an article and their weights: of a word that stands in several places, the highest."""
    weights: dict[str, int] = {}
    for texts, weight in ((rest, REST), (problem, PROBLEM), (title, TITLE)):
        for text in texts:
            for word in search.tokens(text):
                if len(word) > 1:
                    weights[word] = weight
    return weights


def asked(*texts: str) -> list[str]:
    """Answer the words of a question, each once, single characters left out."""
    return list(dict.fromkeys(word for text in texts for word in search.tokens(text) if len(word) > 1))


def rarity(word_count: int, articles: int) -> float:
    """Answer how much a word says that this many of all articles have."""
    return math.log(1 + articles / word_count)


def rarest(counts: Mapping[str, int]) -> list[str]:
    """Answer the words worth looking up."""
    return sorted(counts, key=lambda word: (counts[word], word))[:MOST]


def rank(hits: Iterable[Hit], counts: Mapping[str, int], articles: int, *, unknown: int = 0) -> list[tuple[int, float]]:
    """Answer articles and scores, the best first.

    ``counts`` says how many articles have each word that was looked up, ``unknown`` how many words of the question no article
    has: those count as asked for and not found, up to as many as are looked up, so that a long report hides no article that fits.
    """
    scores: dict[int, float] = defaultdict(float)
    held: dict[int, float] = defaultdict(float)
    for hit in hits:
        says = rarity(counts[hit.word], articles)
        scores[hit.article] += says * math.sqrt(hit.weight)
        held[hit.article] += says
    whole = sum(rarity(count, articles) for count in counts.values()) + min(unknown, MOST) * rarity(1, articles)
    kept = [(article, score) for article, score in scores.items() if held[article] >= SHARE * whole]
    return sorted(kept, key=lambda found: (-found[1], found[0]))
