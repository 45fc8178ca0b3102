"""What the tests of the portal share: files, forms, a page without comments and blanks."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from tests.worlds import World

WRITES = ("INSERT", "UPDATE", "DELETE")


def png(name: str = "截图.png") -> SimpleUploadedFile:
    """The smallest picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return SimpleUploadedFile(name, content + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))


def program(name: str = "virus.exe") -> SimpleUploadedFile:
    """A file that is not kept."""
    return SimpleUploadedFile(name, b"MZ\x90\x00" + b"\0" * 200)


def report_of(world: World, **changed: Any) -> dict[str, Any]:
    """What a customer types for a severe fault of the world's equipment."""
    typed = {
        "kind": "fault", "place": f"e{world.equipment.pk}", "severity": "1", "subject": "挂号系统打不开", "description": "九点起一直转圈",
        "contact_name": "李敏", "contact_phone": "13800001111", "contact_email": "li@example.com",
        "token": "6f0e2d9c-6c8f-4b57-9c39-1f1a3f1a6a10",
    }  # fmt: skip
    return {name: value for name, value in {**typed, **changed}.items() if value is not None}


def text_of(answer: HttpResponse) -> str:
    """The page with single blanks."""
    return " ".join(answer.content.decode().split())


def writes_of(client: Client, path: str) -> list[str]:
    """The statements of a GET that write, apart from the session's own."""
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    said = [query["sql"] for query in queries]
    return [sql for sql in said if sql.lstrip().upper().startswith(WRITES) and "django_session" not in sql]
