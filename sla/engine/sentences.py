"""Sentences that people read: the engine writes them in English, whoever shows them may translate."""

from __future__ import annotations


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translation and leave it as it is; the engine knows no language but its own."""
    return sentence
