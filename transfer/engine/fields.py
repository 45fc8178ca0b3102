# ruff: noqa: E501 - tables of words, where Chinese letters count twice
"""What can be brought in: each kind of thing, its fields, and what those are called elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tickets.workflow import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

ORGANIZATION, SITE, PERSON, EQUIPMENT, CONTRACT, TICKET, COMMENT = (
    "organization", "site", "person", "equipment", "contract", "ticket", "comment",
)  # fmt: skip
KINDS = (ORGANIZATION, SITE, PERSON, EQUIPMENT, CONTRACT, TICKET, COMMENT)
"""In the order in which they refer to one another."""
LABELS: dict[str, Promise] = {
    ORGANIZATION: _("organizations"),
    SITE: _("sites"),
    PERSON: _("people"),
    EQUIPMENT: _("equipment"),
    CONTRACT: _("contracts"),
    TICKET: _("tickets"),
    COMMENT: _("messages and notes"),
}
TEXT, LONG, MOMENT, DAY, NUMBER, BOOL, CHOICE, LIST, FILES = ("text", "long", "moment", "day", "number", "bool", "choice", "list", "files")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of ours: what it takes, whether it has to be there, what it is called in other systems (English and Chinese)."""

    name: str
    type: str = TEXT
    required: bool = False
    most: int = 200
    """Characters of a text, or the largest number."""
    least: int = 0
    values: Mapping[str, object] | None = None
    """What a choice may be called, in small letters, and what we call it."""
    words: tuple[str, ...] = ()


def _own(*names: str) -> dict[str, object]:
    return {name: name for name in names}


STATUS: dict[str, object] = {
    **_own(*STATUSES), "open": "new", "created": "new", "pending": "in_progress", "pending reminder": "in_progress",
    "pending close": "in_progress", "on hold": "in_progress", "on-hold": "in_progress", "waiting": "in_progress", "in progress": "in_progress",
    "assigned": "accepted", "answered": "in_progress", "resolved": "closed", "solved": "closed", "done": "closed", "archived": "closed",
    "completed": "closed", "canceled": "cancelled", "merged": "cancelled", "deleted": "cancelled", "rejected": "cancelled",
    "新建": "new", "待处理": "new", "待受理": "new", "打开": "new", "已受理": "accepted", "已分配": "accepted", "处理中": "in_progress",
    "进行中": "in_progress", "挂起": "in_progress", "等待": "in_progress", "待确认": "closed", "已解决": "closed", "已完成": "closed",
    "已关闭": "closed", "关闭": "closed", "完成": "closed", "已取消": "cancelled", "取消": "cancelled", "作废": "cancelled", "已撤销": "cancelled",
}  # fmt: skip
"""What waits elsewhere is in progress here: our pauses have a cause and an owner, which nobody there has named. What is solved is closed."""
SEVERITY: dict[str, object] = {
    "1": 1, "2": 2, "3": 3, "4": 4, "critical": 1, "emergency": 1, "urgent": 1, "highest": 1, "high": 2, "normal": 3, "medium": 3,
    "low": 4, "lowest": 4, "minor": 4, "1 low": 4, "2 normal": 3, "3 high": 2, "p1": 1, "p2": 2, "p3": 3, "p4": 4, "紧急": 1, "特急": 1,
    "严重": 1, "重大": 1, "高": 2, "较高": 2, "中": 3, "一般": 3, "普通": 3, "低": 4, "轻微": 4, "一级": 1, "二级": 2, "三级": 3, "四级": 4,
}  # fmt: skip
KIND: dict[str, object] = {
    **_own("fault", "consultation", "complaint", "request", "inquiry"), "incident": "fault", "problem": "fault", "bug": "fault",
    "question": "consultation", "service request": "request", "service_request": "request", "task": "request", "feedback": "inquiry",
    "故障": "fault", "报修": "fault", "事件": "fault", "咨询": "consultation", "投诉": "complaint", "服务请求": "request", "需求": "request",
    "请求": "request", "反馈": "inquiry", "建议": "inquiry",
}  # fmt: skip
CHANNEL: dict[str, object] = {
    **_own("portal", "phone", "email", "fax", "api", "onsite"), "web": "portal", "e-mail": "email", "mail": "email", "other": "portal",
    "chat": "portal", "note": "portal", "电话": "phone", "邮件": "email", "网页": "portal", "微信": "portal", "传真": "fax", "现场": "onsite",
}  # fmt: skip
SIDE: dict[str, object] = {
    **_own("provider", "customer"), "agent": "provider", "staff": "provider", "system": "provider", "user": "customer", "client": "customer",
    "m": "customer", "r": "provider", "n": "provider", "客户": "customer", "用户": "customer", "工程师": "provider", "客服": "provider",
    "坐席": "provider", "系统": "provider",
}  # fmt: skip
ROLE: dict[str, object] = {
    **_own("customer", "supervisor", "staff"), "agent": "staff", "admin": "staff", "engineer": "staff", "user": "customer",
    "客户": "customer", "客户主管": "supervisor", "工程师": "staff", "坐席": "staff",
}  # fmt: skip
THING: dict[str, object] = {
    **_own("system", "hardware"),
    "software": "system",
    "device": "hardware",
    "系统": "system",
    "硬件": "hardware",
    "设备": "hardware",
}

ID = Field("id", words=("id", "external id", "编号", "序号", "外部编号"))
ORG = Field(
    "organization", words=("organization", "organisation", "company", "customer", "client", "account", "客户", "客户名称", "单位", "公司")
)
SITE_NAME = Field("site", words=("site", "location", "站点", "地点", "现场", "院区", "机房"))
FIELDS: dict[str, tuple[Field, ...]] = {
    ORGANIZATION: (
        ID,
        Field("name", required=True, most=120, words=("name", "organization", "company", "客户名称", "单位名称", "名称", "客户")),
        Field("code", most=40, words=("code", "short code", "代码", "客户编码", "客户编号")),
        Field("short_name", most=40, words=("short name", "abbreviation", "简称")),
        Field("is_active", BOOL, words=("active", "enabled", "启用", "有效")),
    ),
    SITE: (
        ID,
        Field("organization", required=True, words=ORG.words),
        Field("name", required=True, most=120, words=("name", "site", "site name", "站点", "站点名称", "名称")),
        Field("address", most=300, words=("address", "地址")),
        Field("region", most=40, words=("region", "area", "区域", "地区")),
        Field("contact_name", most=80, words=("contact", "contact name", "联系人")),
        Field("contact_phone", most=40, words=("phone", "contact phone", "mobile", "电话", "联系电话", "手机")),
    ),
    PERSON: (
        ID,
        Field("email", required=True, most=254, words=("email", "e-mail", "mail", "邮箱", "电子邮箱", "电子邮件")),
        Field("name", required=True, most=80, words=("name", "full name", "姓名", "名字")),
        Field("phone", most=40, words=("phone", "mobile", "telephone", "电话", "手机")),
        ORG,
        Field("sites", LIST, words=("sites", "站点")),
        Field("role", CHOICE, values=ROLE, words=("role", "type", "角色")),
    ),
    EQUIPMENT: (
        ID,
        ORG,
        Field("site", required=True, words=SITE_NAME.words),
        Field("name", required=True, most=120, words=("name", "equipment", "device", "asset", "设备名称", "设备", "名称")),
        Field("kind", CHOICE, values=THING, words=("kind", "type", "类型", "设备类型")),
        Field("maker", most=80, words=("maker", "vendor", "manufacturer", "brand", "厂商", "品牌", "制造商")),
        Field("model", most=80, words=("model", "型号")),
        Field("serial_number", most=80, words=("serial number", "serial", "sn", "序列号")),
        Field("accepted_on", DAY, words=("accepted on", "acceptance date", "验收日期")),
        Field("maker_warranty_until", DAY, words=("warranty until", "warranty end", "保修到期", "质保到期")),
        Field("is_active", BOOL, words=("active", "in service", "在用", "启用")),
    ),
    CONTRACT: (
        ID,
        Field("organization", required=True, words=ORG.words),
        Field("number", required=True, most=60, words=("number", "contract number", "contract no", "合同号", "合同编号")),
        Field("name", required=True, most=160, words=("name", "contract", "title", "合同名称", "名称")),
        Field("plan", required=True, most=40, words=("plan", "service plan", "sla", "服务计划", "服务方案")),
        Field("accepted_on", DAY, required=True, words=("accepted on", "start", "start date", "signed on", "验收日期", "签订日期", "开始日期")),
        Field("warranty_months", NUMBER, most=600, words=("warranty months", "质保月数", "质保期")),
        Field("free_service_months", NUMBER, most=600, words=("free service months", "免费服务月数")),
        Field("ends_on", DAY, words=("ends on", "end", "end date", "expires", "到期日期", "结束日期")),
        Field("equipment", LIST, words=("equipment", "设备")),
    ),
    TICKET: (
        ID,
        Field("number", most=100, words=("number", "ticket number", "ticket", "ticket id", "case", "工单号", "工单编号", "单号")),
        Field("subject", required=True, words=("subject", "title", "summary", "主题", "标题", "故障现象", "问题")),
        Field("description", LONG, words=("description", "body", "details", "content", "描述", "问题描述", "详情", "内容")),
        Field("created_at", MOMENT, required=True, words=("created at", "created", "date created", "opened", "reported at", "创建时间", "报修时间", "提交时间", "受理时间")),
        Field("status", CHOICE, values=STATUS, words=("status", "state", "current status", "状态", "工单状态")),
        Field("severity", CHOICE, values=SEVERITY, words=("severity", "priority", "urgency", "严重程度", "优先级", "级别", "紧急程度")),
        Field("kind", CHOICE, values=KIND, words=("kind", "type", "category", "类型", "工单类型", "分类")),
        Field("channel", CHOICE, values=CHANNEL, words=("channel", "source", "渠道", "来源")),
        ORG,
        SITE_NAME,
        Field("equipment", words=("equipment", "device", "asset", "设备", "设备名称")),
        Field("contract", words=("contract", "contract number", "合同号", "合同编号")),
        Field("author", most=254, words=("reporter", "requester", "author", "from email", "customer email", "报修人", "提交人", "申请人")),
        Field("author_name", most=80, words=("from", "reporter name", "报修人姓名")),
        Field("contact_name", most=80, words=("contact", "contact name", "联系人")),
        Field("contact_phone", most=40, words=("phone", "contact phone", "mobile", "电话", "联系电话")),
        Field("contact_email", most=254, words=("email", "e-mail", "contact email", "邮箱")),
        Field("assignee", most=254, words=("assignee", "assigned to", "agent", "owner", "agent assigned", "处理人", "负责人", "工程师")),
        Field("team", most=100, words=("team", "group", "team assigned", "班组", "团队", "处理组")),
        Field("resolution", LONG, words=("resolution", "solution", "解决方案", "处理结果", "处理过程")),
        Field("resolved_at", MOMENT, words=("resolved at", "resolved", "solved at", "解决时间", "完成时间")),
        Field("closed_at", MOMENT, words=("closed at", "closed", "closed date", "关闭时间")),
        Field("files", FILES, words=("files", "attachments", "附件")),
    ),
    COMMENT: (
        ID,
        Field("ticket", required=True, words=("ticket", "ticket id", "ticket number", "case", "工单号", "工单编号", "单号")),
        Field("text", LONG, required=True, words=("text", "body", "comment", "message", "content", "note", "内容", "回复内容", "备注")),
        Field("at", MOMENT, required=True, words=("at", "created at", "created", "date", "time", "时间", "创建时间", "回复时间")),
        Field("author", most=254, words=("author", "author email", "from", "created by", "email", "作者", "回复人")),
        Field("author_name", most=80, words=("author name", "poster", "name", "作者姓名", "姓名")),
        Field("side", CHOICE, values=SIDE, words=("side", "sender", "type", "角色", "发送方")),
        Field("public", BOOL, words=("public", "is public", "公开")),
        Field("internal", BOOL, words=("internal", "private", "内部")),
        Field("files", FILES, words=("files", "attachments", "附件")),
    ),
}  # fmt: skip
NATURAL: dict[str, tuple[tuple[str, ...], ...]] = {
    ORGANIZATION: (("code",), ("name",)),
    SITE: (("organization", "name"),),
    PERSON: (("email",),),
    EQUIPMENT: (("serial_number",), ("organization", "site", "name")),
    CONTRACT: (("number",),),
    TICKET: (("number",),),
    COMMENT: (("ticket", "at", "author", "author_name", "text"),),
}
"""What tells a thing from others where its file gives it no id: the first of these that is there whole."""
FIELD_LABELS: dict[str, Promise] = {
    "id": _("id in the other system"), "name": _("name"), "code": _("code"), "short_name": _("short name"), "is_active": _("active"),
    "organization": _("organization"), "address": _("address"), "region": _("region"), "contact_name": _("contact"),
    "contact_phone": _("phone"), "contact_email": _("e-mail"), "email": _("e-mail"), "phone": _("phone"),
    "sites": _("sites"), "site": _("site"), "role": _("role"), "kind": _("kind"), "maker": _("maker"), "model": _("model"),
    "serial_number": _("serial number"), "accepted_on": _("accepted on"), "maker_warranty_until": _("maker's warranty until"),
    "number": _("number"), "plan": _("service plan"), "warranty_months": _("warranty, months"),
    "free_service_months": _("free service, months"), "ends_on": _("service ends on"), "equipment": _("equipment"), "subject": _("subject"),
    "description": _("description"), "created_at": _("reported at"), "status": _("status"), "severity": _("severity"),
    "channel": _("channel"), "contract": _("contract"), "author": _("author"), "author_name": _("author's name"),
    "assignee": _("assignee"), "team": _("team"), "resolution": _("solution"), "resolved_at": _("resolved at"),
    "closed_at": _("closed at"), "files": _("files"), "ticket": _("ticket"), "text": _("text"), "at": _("at"),
    "side": _("whose side"), "public": _("shown to the customer"), "internal": _("internal"),
}  # fmt: skip


def field_of(kind: str, name: str) -> Field | None:
    """Answer a field by its name."""
    return next((field for field in FIELDS[kind] if field.name == name), None)
