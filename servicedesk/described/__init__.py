"""What the description of the interface says beyond its views: how each operation refuses, examples, messages, groups.

Hooks of drf-spectacular, carried out in the order of ``SPECTACULAR_SETTINGS``; each is given the whole description and answers it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Described = dict[str, Any]


def operations(result: Described) -> Iterator[tuple[str, str, Described]]:
    """Yield the address, the method and the description of every operation."""
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation
