"""A context for each kind of message: with everything it may say, and with what it must have."""

from datetime import UTC, date, datetime

from notifications.kinds import KINDS

DUE = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai
TICKET = {"ticket_number": "SD-20261121-0042", "subject": "核心交换机宕机"}
PART = {"part": "电源模块", "part_en": "power supply", "depot": "华东备件库", "depot_en": "East depot"}
FACTS = {
    "customer": "华东医院",
    "site": "门诊楼机房",
    "equipment": "核心交换机",
    "severity": "重大",
    "severity_en": "critical",
    "promises": [{"promise": "响应", "promise_en": "response", "due_at": DUE}],
}


def escalation_of(number: int = 42, **more: object) -> dict[str, object]:
    """Answer one item of a digest."""
    item = {"promise": "响应", "promise_en": "response", "level": "due", "due_at": DUE, "escalation_id": number}
    return {**TICKET, **item, "ticket_number": f"SD-20261121-{number:04}", "link": f"/tickets/{number}/", **more}


FULL = {
    "ticket_reported": {**TICKET, **FACTS},
    "ticket_assigned": {**TICKET, **FACTS, "by": "陈静"},
    "ticket_replied": {**TICKET, "author": "陈静", "text": "备件已到。"},
    "ticket_mentioned": {**TICKET, "author": "陈静", "text": "请看一下日志。"},
    "ticket_hold": {**TICKET, "cause": "等待备件", "cause_en": "waiting for a part", "text": "预计明天到货。"},
    "ticket_late": {**TICKET, "owed": [{"promise": "响应", "promise_en": "response", "due_at": DUE, "late": True}], "late": True},
    "ticket_resolved": {**TICKET, "cause": "电源模块故障", "solution": "更换电源模块", "prevention": "季度检查"},
    "ticket_closed": TICKET,
    "diagnosis_delivered": {**TICKET, "cause": "电源模块故障", "plan": "更换电源模块", "risk": "短时中断"},
    "escalation": {
        "items": [escalation_of(1, late=True, level_name="经理", level_name_en="manager"), escalation_of(2)],
        "instead_of": "李伟",
    },
    "inspection_planned": {"inspection": "四季度巡检", "planned_on": date(2026, 12, 1), "engineer": "李伟", **FACTS},
    "inspection_cancelled": {"inspection": "四季度巡检", "planned_on": date(2026, 12, 1), "text": "客户机房搬迁。", **FACTS},
    "visit_planned": {**TICKET, **FACTS, "starts_at": DUE, "ends_at": DUE, "engineer": "李伟"},
    "visit_changed": {**TICKET, **FACTS, "starts_at": DUE, "ends_at": DUE, "engineer": "李伟"},
    "visit_cancelled": {**TICKET, **FACTS, "starts_at": DUE, "text": "已远程解决。"},
    "visit_departed": {**TICKET, **FACTS, "engineer": "李伟"},
    "visit_failed": {
        **TICKET,
        **FACTS,
        "starts_at": DUE,
        "cause": "现场无人",
        "cause_en": "nobody there",
        "text": "机房锁着。",
        "for_customer": True,
    },
    "visit_plan": {**TICKET, **FACTS, "text": "更换电源模块。", "risk": "短时中断"},
    "visit_plan_answered": {**TICKET, **FACTS, "approved": True, "name": "赵主任", "text": "请在下班后进行。"},
    "visit_overridden": {**TICKET, **FACTS, "text": "电源冒烟。"},
    "inspection_late": {
        "inspection": "四季度巡检",
        "planned_on": date(2026, 12, 1),
        "due_on": date(2026, 12, 31),
        "engineer": "李伟",
        **FACTS,
    },
    "inspection_missed": {
        "inspection": "四季度巡检",
        "planned_on": date(2026, 12, 1),
        "due_on": date(2026, 12, 31),
        "contract": "一号合同",
        "engineer": "李伟",
        **FACTS,
    },
    "inspection_report": {"inspection": "四季度巡检", "visited_on": date(2026, 12, 1), "failed": 2, "opened": 1, **FACTS},
    "survey_invited": {"about": "核心交换机宕机", **TICKET, "expires_at": DUE},
    "audit_differs": {"audit_on": date(2026, 12, 1), "checked": 120, "differing": 2},
    "monthly_report": {
        "report": 1,
        "month": "2026-10",
        "customer": "华东医院",
        "contract": "一号合同 运维服务",
        "decided": 12,
        "kept": 11,
        "missed": 1,
        "revision": 2,
        "reason": "补录一次到场",
        "for_customer": True,
    },
    "canary": TICKET,
    "heightened_period": {"period": "国庆重保", "period_en": "National Day", "starts_at": DUE, "ends_at": DUE, "for_customer": True},
    "stock_low": {**PART, "available": 1, "minimum": 2},
    "part_arrived": {**PART, **TICKET, "quantity": 2, "purchase": "PO-00012"},
    "emergency_supply": {**PART, **TICKET, "quantity": 1, "text": "核心业务中断。"},
    "webhook_disabled": {
        "endpoint": "工单同步",
        "address": "https://example.com/hook",
        "reason": "应答 410",
        "reason_en": "it answered 410 Gone",
    },
    "survey_low_score": {**TICKET, "score": 2, "customer": "华东医院", "engineer": "李伟", "text": "太慢。"},
}
BARE = {
    **{name: {key: value for key, value in FULL[name].items() if key in kind.needs} for name, kind in KINDS.items()},
    "escalation": {"items": [escalation_of()]},
}
VARIANTS = {
    "ticket_replied": {**TICKET, "author": "", "text": ""},
    "ticket_hold": {**TICKET, "cause": ""},
    "diagnosis_delivered": {**TICKET, "cause": ""},
    "ticket_reported": {**FULL["ticket_reported"], "receipt": True},
    "escalation": {
        "items": [
            escalation_of(late=True, level=level, unanswered=True, did=["reassign", "raise_severity", "form_team", "vendor"])
            for level in ("warning", "late-30m", "late-2h", "own-rung")
        ]
    },
    "ticket_late": {**TICKET, "owed": [{"promise": "响应", "promise_en": "response", "due_at": DUE}]},
    "inspection_planned": {**FULL["inspection_planned"], "for_customer": True},
    "visit_planned": {**FULL["visit_planned"], "for_customer": True},
    "visit_changed": {**FULL["visit_changed"], "for_customer": True},
    "visit_plan_answered": {**FULL["visit_plan_answered"], "approved": False},
    "emergency_supply": {**FULL["emergency_supply"], "to_buy": True},
}
CASES = [(name, context) for group in (FULL, BARE, VARIANTS) for name, context in group.items()]
