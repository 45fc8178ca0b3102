"""Words in two languages, and refusals that name the place they are about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Path = tuple[str | int, ...]
Words = dict[str, str]

LANGUAGES = ("zh-hans", "en")
CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LONGEST = 2000


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translation and leave it as it is; the engine knows no language but its own."""
    return sentence


_ = gettext_noop


class DefinitionError(Exception):
    """What is wrong with a definition, and where: ``path`` leads from its top to the part, ``text`` takes ``values``."""

    def __init__(self, path: Path, text: str, **values: Any) -> None:
        super().__init__(path, text % values)
        self.path, self.text, self.values = path, text, values

    @property
    def where(self) -> str:
        """Answer the path as people write it: fields.2.kind."""
        return ".".join(str(step) for step in self.path)


def spoken(words: Mapping[str, str] | None, language: str) -> str:
    """Answer the words in a language; where they are missing in it, in Chinese."""
    return "" if not words else words.get(language) or words.get("zh-hans", "")


def mapping(value: Any, path: Path, allowed: Iterable[str], needed: Iterable[str] = ()) -> dict[str, Any]:
    """Answer a mapping that has what it needs and nothing unknown."""
    names = tuple(allowed)
    if not isinstance(value, dict):
        raise DefinitionError(path, _("write a mapping of keys to values"))
    for key in value:
        if key not in names:
            raise DefinitionError(
                (*path, str(key)), _("“%(key)s” is not known here; choose from %(choices)s"), key=key, choices=", ".join(names)
            )
    for key in needed:
        if value.get(key) in (None, "", [], {}):
            raise DefinitionError((*path, key), _("this is needed"))
    return value


def rows(value: Any, path: Path) -> list[Any]:
    """Answer a list."""
    if not isinstance(value, list):
        raise DefinitionError(path, _("write a list, each part with a hyphen"))
    return value


def code(value: Any, path: Path) -> str:
    """Answer a short code."""
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise DefinitionError(path, _("write a short code of small letters, digits and hyphens, such as from-date"))
    return value


def one_of(value: Any, path: Path, choices: Iterable[str]) -> str:
    """Answer a word that is one of some."""
    names = tuple(choices)
    if value not in names:
        raise DefinitionError(path, _("“%(given)s” is not known here; choose from %(choices)s"), given=value, choices=", ".join(names))
    return str(value)


def words(value: Any, path: Path) -> Words:
    """Answer words in both languages."""
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        raise DefinitionError(path, _("needs words in both languages: {zh-hans: …, en: …}"))
    for language, text in value.items():
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
            raise DefinitionError((*path, language), _("write words, at most %(limit)s characters"), limit=LONGEST)
    return {language: value[language].strip() for language in LANGUAGES}


def yes(value: Any, path: Path) -> bool:
    """Answer yes or no."""
    if not isinstance(value, bool):
        raise DefinitionError(path, _("write true or false"))
    return value


def number(value: Any, path: Path) -> float | None:
    """Answer a number, or nothing where none is given."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e12:  # noqa: PLR0124, PLR2004
        raise DefinitionError(path, _("write a number"))
    return value
