"""Which versions a release is for: written as people write them, compared as they mean them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from itertools import zip_longest

PATTERN = re.compile(r"(<=|<|>=|>)?\s*(.+)")


def key(version: str) -> list[tuple[int, str]]:
    """Answer a version as what it is ordered by: V2.10 comes after v2.9."""
    parts = re.findall(r"\d+|[^\W\d_]+", version.lower().lstrip("vV"))
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def compare(one: str, other: str) -> int:
    """Answer -1, 0 or 1; what is missing counts as nothing: 2.0 equals 2."""
    for left, right in zip_longest(key(one), key(other), fillvalue=(0, "")):
        if left != right:
            return -1 if left < right else 1
    return 0


def concerns(version: str, patterns: list[str], released: str) -> bool:
    """Whether what runs in a version is concerned by a release: by its patterns, else by being older than it.

    Patterns: ``4.*``, ``< 5.2``, ``>= 3``, ``2.1``; several are alternatives, with a comma all of one must hold. A version that
    nobody knows is concerned: somebody has to look.
    """
    if not version.strip():
        return True
    if not patterns:
        return compare(version, released) < 0
    return any(all(_matches(version.strip(), part) for part in pattern.split(",")) for pattern in patterns)


def _matches(version: str, pattern: str) -> bool:
    found = PATTERN.fullmatch(pattern.strip())
    if found is None:
        return False
    sign, wanted = found[1], found[2].strip()
    if sign:
        order = compare(version, wanted)
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[sign]
    plain = version.lower().lstrip("v")
    return fnmatchcase(plain, wanted.lower().lstrip("v")) if "*" in wanted else compare(version, wanted) == 0
