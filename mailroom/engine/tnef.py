"""What Outlook puts into winmail.dat: its files, by their names (MS-OXTNEF)."""

from __future__ import annotations

import struct
from typing import NamedTuple

SIGNATURE = 0x223E9F78
TITLE, DATA, BEGINS = 0x8010, 0x800F, 0x9002
BODY = 0x800C
MOST = 30


class Enclosed(NamedTuple):
    """A file, or (without a name) the words of the mail."""

    name: bytes
    content: bytes


def unpacked(data: bytes) -> list[Enclosed]:
    """Answer what is in a winmail.dat; nothing of one that cannot be read, and what came before where it breaks off."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:  # noqa: PLR2004 - signature and key
        return []
    found: list[Enclosed] = []
    name, place = b"", 6
    while place + 9 <= len(data) and len(found) < MOST:
        _level, attribute, length = struct.unpack_from("<BII", data, place)
        content = data[place + 9 : place + 9 + length]
        if len(content) < length:
            break
        place += 9 + length + 2  # a checksum follows
        kind = attribute & 0xFFFF
        if kind == BEGINS:
            name = b""
        elif kind == TITLE:
            name = content.rstrip(b"\0")
        elif kind == BODY:
            found.append(Enclosed(b"", content.rstrip(b"\0")))
        elif kind == DATA:
            found.append(Enclosed(name or b"file", content))
    return _titled(found, data)


def _titled(found: list[Enclosed], data: bytes) -> list[Enclosed]:
    """Give files whose name follows their content that name: Outlook writes both orders."""
    titles, place = [], 6
    while place + 9 <= len(data):
        _level, attribute, length = struct.unpack_from("<BII", data, place)
        if attribute & 0xFFFF == TITLE:
            titles.append(data[place + 9 : place + 9 + length].rstrip(b"\0"))
        place += 9 + length + 2
    files = [each for each in found if each.name]
    if len(titles) != len(files):
        return found
    named = iter(titles)
    return [Enclosed(next(named) or each.name, each.content) if each.name else each for each in found]
