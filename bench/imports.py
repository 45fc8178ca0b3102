#!/usr/bin/env python
# ruff: noqa: E402, E501 - the settings come before the models
"""How fast tickets are brought in, and how much memory that takes: 10,000 tickets with three messages each.

    DATABASE_URL=postgres://… python bench/imports.py [tickets]

Writes a JSON Lines ZIP to a temporary place, makes a customer with four sites, tries the file and brings it in, in this process and by the
services that the worker uses. Prints rows a second and the largest memory of the process (RSS).
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

import django

django.setup()

from django.core.files.uploadedfile import UploadedFile

from accounts.models import Office, Region, Role, User
from core.time import now
from tickets.models import Event, Ticket
from transfer import services

SITES = 4


def write(path: Path, count: int) -> None:
    began = datetime(2019, 1, 1, tzinfo=UTC)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        with book.open("tickets.jsonl", "w") as file:
            for number in range(count):
                at = began + timedelta(minutes=97 * number)
                row = {
                    "id": number, "number": f"N-{number}", "subject": f"挂号系统打不开 {number}", "description": "从中午开始，窗口都打不开。" * 4,
                    "organization": "江城第一人民医院", "site": f"机房 {number % SITES}", "status": "closed", "severity": 1 + number % 4,
                    "author": f"person{number % 500}@example.com", "created_at": at.isoformat(),
                    "closed_at": (at + timedelta(days=1)).isoformat(), "resolution": "重启服务",
                }  # fmt: skip
                file.write((json.dumps(row, ensure_ascii=False) + "\n").encode())
        with book.open("comments.jsonl", "w") as file:
            for number in range(count * 3):
                at = began + timedelta(minutes=97 * (number // 3) + 10 * (number % 3 + 1))
                said = {
                    "id": number,
                    "ticket": number // 3,
                    "at": at.isoformat(),
                    "text": "正在检查数据库连接，稍后回复。" * 3,
                    "author": f"a{number % 50}@old.example",
                }
                file.write((json.dumps({**said, "public": number % 3 != 2}, ensure_ascii=False) + "\n").encode())


def manager() -> User:
    head, _made = Office.objects.get_or_create(code="bench", defaults={"name": "总部"})
    Region.objects.get_or_create(code="bench", defaults={"name": "华东", "office": head})
    found = User.objects.filter(role=Role.MANAGER).first()
    return found or User.objects.create_user("bench@example.com", None, role=Role.MANAGER, name="b", office=head)


def megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def timed(name: str, row: Any, rows: int) -> None:
    before, began, worked = megabytes(), time.monotonic(), time.process_time()
    while row.is_live:
        services.work_next(now)
        row.refresh_from_db()
        print(f"  {row.done} rows, {time.monotonic() - began:.0f} s, {megabytes()} MB")
    took = time.monotonic() - began
    print(
        f"{name}: {row.state} {row.counts} {row.trouble}\n  {took:.1f} s, {rows / took:.0f} rows/s ({time.process_time() - worked:.1f} s of this process); memory {before} → {megabytes()} MB"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    actor = manager()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.zip"
        write(path, count)
        print(f"{count} tickets, {3 * count} messages, {path.stat().st_size // 1024} KiB packed")
        with path.open("rb") as stream:
            row = services.upload(
                UploadedFile(stream, "bench.zip", size=path.stat().st_size), source=f"bench-{int(time.time())}", actor=actor, at=now()
            )
    row = services.change_mapping(row, mapping={**row.mapping, "options": {"region": "bench"}}, actor=actor, at=now())
    timed("tried", services.check(row, actor=actor, at=now()), 4 * count)
    timed("brought in", services.run(row, actor=actor, at=now()), 4 * count)
    timed("tried again", services.check(row, actor=actor, at=now()), 4 * count)
    print(Ticket.objects.count(), "tickets,", Event.objects.count(), "lines")


if __name__ == "__main__":
    main()
