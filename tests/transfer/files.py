# ruff: noqa: E501 - rows as other systems write them
"""Files in the shapes that other systems give out, with the counts that are known of them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

TICKETS = """工单号,标题,客户名称,站点,状态,优先级,创建时间,关闭时间,报修人,处理结果
A-1,挂号系统打不开,江城第一人民医院,门诊楼机房,已关闭,紧急,2025/03/01 08:30,2025/03/02 10:00,old@example.com,重启服务
A-2,打印机卡纸,江城第一人民医院,住院楼机房,处理中,低,2025/03/05 09:00,,,
A-3,网络慢,新客户公司,,已关闭,中,2025/03/06 09:00,2025/03/06 12:00,,
A-4,时间不对,江城第一人民医院,门诊楼机房,已关闭,中,昨天,,,
A-5,状态不对,江城第一人民医院,门诊楼机房,飞走了,中,2025/03/06 09:00,,,
"""
"""Three that can be taken, two that cannot."""


def upload(name: str, content: bytes | str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def packed(files: dict[str, Any]) -> bytes:
    """A ZIP; lists become JSON, lists of lists CSV."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as book:
        for name, content in files.items():
            listed = isinstance(content, list)
            book.writestr(
                name, (as_csv(content) if name.endswith(".csv") else json.dumps(content, ensure_ascii=False)) if listed else content
            )
    return kept.getvalue()


def as_csv(rows: list[Any]) -> str:
    kept = io.StringIO()
    csv.writer(kept).writerows(rows)
    return kept.getvalue()


ZAMMAD = {
    "organizations": [{"id": 7, "name": "Nordwind GmbH", "active": True, "note": ""}],
    "users": [
        {"id": 2, "login": "anna@nordwind.example", "firstname": "Anna", "lastname": "Meer", "email": "anna@nordwind.example", "phone": "123",
         "mobile": "", "organization_id": 7, "roles": ["Customer"], "active": True},
        {"id": 3, "login": "agent@old.example", "firstname": "Otto", "lastname": "Agent", "email": "agent@old.example", "phone": "",
         "mobile": "", "organization_id": None, "roles": ["Agent"], "active": True},
    ],
    "tickets": [
        {"id": 1, "number": "22001", "title": "Welcome", "state": "closed", "priority": "2 normal", "organization_id": 7, "customer_id": 2,
         "customer": "anna@nordwind.example", "owner_id": 3, "group": "Users", "created_at": "2021-11-03T11:51:13.759Z",
         "updated_at": "2021-11-05T11:51:13.809Z", "close_at": "2021-11-05T11:00:00.000Z", "last_close_at": None, "note": None},
        {"id": 2, "number": "22002", "title": "Printer", "state": "open", "priority": "3 high", "organization_id": 7, "customer_id": 2,
         "customer": "anna@nordwind.example", "owner_id": 1, "group": "Users", "created_at": "2021-11-04T09:00:00.000Z",
         "updated_at": "2021-11-04T09:00:00.000Z", "close_at": None, "last_close_at": None, "note": None},
    ],
    "ticket_articles": [
        {"id": 10, "ticket_id": 1, "body": "<div>It is <b>broken</b><br>since noon</div><script>x()</script>", "content_type": "text/html",
         "sender": "Customer", "internal": False, "type": "email", "from": "Anna Meer <anna@nordwind.example>", "created_by_id": 2,
         "origin_by_id": None, "created_by": "anna@nordwind.example", "created_at": "2021-11-03T11:51:14.000Z"},
        {"id": 11, "ticket_id": 1, "body": "Restarted.", "content_type": "text/plain", "sender": "Agent", "internal": False, "type": "email",
         "from": "Otto Agent", "created_by_id": 3, "origin_by_id": None, "created_at": "2021-11-04T08:00:00.000Z"},
        {"id": 12, "ticket_id": 1, "body": "Tell nobody.", "content_type": "text/plain", "sender": "Agent", "internal": True, "type": "note",
         "from": "Otto Agent", "created_by_id": 3, "origin_by_id": None, "created_at": "2021-11-04T09:00:00.000Z"},
    ],
}  # fmt: skip

OSTICKET_CSV = """Ticket Number,Date Created,Subject,From,From Email,Priority,Department,Help Topic,Source,Current Status,Last Updated,SLA Due Date,Due Date,Closed Date,Overdue,Answered,Agent Assigned,Team Assigned
"100001","2019-05-01 10:12:33","Cannot log in","Jo Doe","jo@example.org","Emergency","Support","General","Email","Closed","2019-05-02 09:00:00","","","2019-05-02 09:00:00","0","1","Otto Agent",""
"100002","2019-05-03 08:00:00","No sound","Jo Doe","jo@example.org","Low","Support","General","Web","Open","2019-05-03 08:00:00","","","","0","0","",""
"""

OSTICKET = {
    "ost_organization.csv": [["id", "name"], ["4", "Harbour Ltd"]],
    "ost_user.csv": [["id", "org_id", "default_email_id", "name"], ["1", "4", "9", "Jo Doe"], ["2", "0", "10", "Al One"]],
    "ost_user_email.csv": [["id", "user_id", "address"], ["9", "1", "jo@harbour.example"], ["10", "2", "al@alone.example"]],
    "ost_staff.csv": [["staff_id", "firstname", "lastname", "email", "phone", "username"], ["1", "Otto", "Agent", "otto@old.example", "", "otto"]],
    "ost_ticket.csv": [
        ["ticket_id", "number", "user_id", "status_id", "staff_id", "source", "created", "closed"],
        ["5", "700123", "1", "3", "1", "Email", "2018-02-01 08:00:00", "2018-02-03 08:00:00"],
        ["6", "700124", "2", "1", "0", "Web", "2018-02-02 08:00:00", "NULL"],
    ],
    "ost_ticket__cdata.csv": [["ticket_id", "subject", "priority"], ["5", "Crane stuck", "4"], ["6", "Lamp", "1"]],
    "ost_ticket_status.csv": [["id", "name", "state"], ["1", "Open", "open"], ["3", "Closed", "closed"]],
    "ost_ticket_priority.csv": [["priority_id", "priority"], ["1", "low"], ["4", "emergency"]],
    "ost_thread.csv": [["id", "object_id", "object_type"], ["50", "5", "T"], ["51", "6", "T"], ["52", "5", "A"]],
    "ost_thread_entry.csv": [
        ["id", "thread_id", "staff_id", "user_id", "type", "poster", "body", "format", "created"],
        ["1", "50", "0", "1", "M", "Jo Doe", "<p>It does not move</p>", "html", "2018-02-01 08:00:00"],
        ["2", "50", "1", "0", "R", "Otto Agent", "<p>Greased.</p>", "html", "2018-02-02 08:00:00"],
        ["3", "50", "1", "0", "N", "Otto Agent", "Old crane.", "text", "2018-02-02 09:00:00"],
        ["4", "52", "1", "0", "N", "Otto Agent", "A task's.", "text", "2018-02-02 09:00:00"],
    ],
}  # fmt: skip
