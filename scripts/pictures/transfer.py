"""Imports, and exports of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shots import Shot

NO_PAGES: set[str] = {
    "transfer:check",
    "transfer:run",
    "transfer:cancel",
    "transfer:progress",
    "transfer:refused",
    "transfer:export_progress",
    "transfer:export_file",
}
TABLE = """工单号,标题,客户名称,状态,优先级,创建时间,关闭时间
A-1,挂号系统打不开,江城第一人民医院,已关闭,紧急,2025/03/01 08:30,2025/03/02 10:00
A-2,打印机卡纸,江城第一人民医院,处理中,低,2025/03/05 09:00,
A-3,时间不对,江城第一人民医院,已关闭,中,昨天,
"""


def shots() -> Iterator[Shot]:
    """Yield a picture of each page."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse
    from shots import Shot, person

    from core.time import now
    from transfer import selectors, services

    manager, supervisor = person("manager"), person("supervisor")
    file = SimpleUploadedFile("工单.csv", TABLE.encode())
    row = services.upload(file, source="old-desk", actor=manager, at=now())
    services.check(row, actor=manager, at=now())
    services.work_next(now)
    asked = services.ask(selectors.organizations_for(supervisor)[0], language="zh-hans", actor=supervisor, at=now())
    services.make_next(now)
    yield Shot("transfer-imports", "manager", reverse("transfer:imports"))
    yield Shot("transfer-new", "manager", reverse("transfer:new"))
    yield Shot("transfer-import", "manager", row.get_absolute_url())
    yield Shot("transfer-mapping", "manager", reverse("transfer:mapping", args=[row.pk]))
    yield Shot("transfer-exports", "supervisor", reverse("transfer:exports"))
    yield Shot("transfer-export", "supervisor", asked.get_absolute_url())
