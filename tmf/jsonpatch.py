"""JSON Patch (RFC 6902) as a merge patch: carried out on the document as it is shown, what came out different is the change. Pure."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LISTS = (
    "note", "attachment", "relatedEntity", "relatedParty", "troubleTicketRelationship", "troubleTicketCharacteristic",
    "externalIdentifier", "contactMedium",
)  # fmt: skip
"""What a document leaves out while it is empty; an item may be added to it all the same."""
MOST = 200


class BadPatch(ValueError):
    """The operations cannot be carried out; the message says which and why."""


class TestFailed(BadPatch):
    """A ``test`` does not hold: the document is not as the caller believes."""

    __test__ = False


def as_merge(document: Mapping[str, Any], operations: Any) -> dict[str, Any]:
    """Answer the merge patch that does what the operations do to a document. Raises BadPatch."""
    if not isinstance(operations, list) or len(operations) > MOST:
        raise BadPatch(f"send a list of at most {MOST} operations")
    before = {**{name: [] for name in LISTS}, **document}
    after = copy.deepcopy(before)
    for number, operation in enumerate(operations):
        if not isinstance(operation, dict):
            raise BadPatch(f"operation {number} is no object")
        try:
            after = _carried_out(after, operation)
        except TestFailed:
            raise
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise BadPatch(f"operation {number} cannot be carried out: {error or 'there is no such place'}") from error
    if not isinstance(after, dict):
        raise BadPatch("the document stays an object")
    names = {*before, *after}
    return {name: after.get(name) for name in names if before.get(name) != after.get(name)}


def _carried_out(document: Any, operation: Mapping[str, Any]) -> Any:
    op, path = operation.get("op"), _steps(operation.get("path"))
    if op == "test":
        if _at(document, path) != operation["value"]:
            raise TestFailed(f"{operation['path']} has another value")
        return document
    if op == "remove":
        return _removed(document, path)
    if op == "add":
        return _added(document, path, operation["value"])
    if op == "replace":
        _at(document, path)
        return _added(_removed(document, path) if path else document, path, operation["value"])
    if op in {"move", "copy"}:
        source = _steps(operation.get("from"))
        value = copy.deepcopy(_at(document, source))
        return _added(_removed(document, source) if op == "move" else document, path, value)
    raise ValueError(f"there is no operation {op!r}")


def _steps(pointer: Any) -> list[str]:
    """Read a pointer (RFC 6901)."""
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise ValueError("a path begins with /")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _at(document: Any, path: Sequence[str]) -> Any:
    for step in path:
        document = document[_place(document, step)]
    return document


def _place(holder: Any, step: str, *, beyond: bool = False) -> Any:
    if isinstance(holder, dict):
        return step
    if not isinstance(holder, list):
        raise TypeError("there is no such place")
    if step == "-" and beyond:
        return len(holder)
    place = int(step) if step.isascii() and step.isdecimal() and len(step) < 7 else -1  # noqa: PLR2004 - no list is that long
    if not 0 <= place < len(holder) + beyond:
        raise IndexError("there is no such place")
    return place


def _removed(document: Any, path: Sequence[str]) -> Any:
    if not path:
        raise ValueError("the document itself is not taken away")
    holder = _at(document, path[:-1])
    del holder[_place(holder, path[-1])]
    return document


def _added(document: Any, path: Sequence[str], value: Any) -> Any:
    if not path:
        return value
    holder = _at(document, path[:-1])
    place = _place(holder, path[-1], beyond=True)
    if isinstance(holder, list):
        holder.insert(place, value)
    else:
        holder[place] = value
    return document
