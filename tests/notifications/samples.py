"""A context for each kind of message: with everything it may say, and with what it must have."""

from datetime import UTC, date, datetime

from notifications.kinds import KINDS

DUE = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai
TICKET = {"ticket_number": "SD-20261121-0042", "subject": "核心交换机宕机"}
PART = {"part": "电源模块", "part_en": "power supply", "depot": "华东备件库", "depot_en": "East depot"}
TRAINING = {
    "course": "数据库基础培训",
    "course_en": "Database basics",
    "starts_at": DUE,
    "ends_at": DUE,
    "place": "门诊楼机房 · 3 楼会议室",
    "trainers": "李伟",
    "customer": "华东医院",
    "note": "请带笔记本电脑。",
}
CERTIFICATE = {
    "course": "数据库基础培训",
    "course_en": "Database basics",
    "name": "赵主任",
    "number": "TC-2026-000012",
    "valid_on": date(2027, 12, 1),
}
STAFF_CERTIFICATE = {
    "certificate": "注册信息安全专业人员",
    "certificate_en": "Certified information security professional",
    "name": "李伟",
    "number": "CISP-2023-0071",
    "valid_on": date(2027, 2, 18),
}
NAMED = {"contract": "HT-202611", "customer": "江城一院", "role": "驻场工程师", "role_en": "On-site engineer", "name": "李伟"}
TERM = {"term": "延保", "term_en": "extended warranty", "about": "HT-202611", "customer": "江城一院", "ends_on": date(2026, 12, 31)}
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


OWED = {"title": "季度系统巡检", "title_en": "Quarterly inspection", "customer": "华东医院", "due_at": DUE, "link": "/obligations/1/"}
SCORE = {"number": "HT-1-2026Q4-standard"}
FULL = {
    "ticket_reported": {**TICKET, **FACTS},
    "ticket_assigned": {**TICKET, **FACTS, "by": "陈静"},
    "ticket_replied": {**TICKET, "author": "陈静", "text": "备件已到。"},
    "ticket_mentioned": {**TICKET, "author": "陈静", "text": "请看一下日志。"},
    "ticket_raised": {**TICKET, "author": "陈静", "text": "已换电源，仍重启。"},
    "ticket_hold": {**TICKET, "cause": "等待备件", "cause_en": "waiting for a part", "text": "预计明天到货。"},
    "ticket_late": {**TICKET, "owed": [{"promise": "响应", "promise_en": "response", "due_at": DUE, "late": True}], "late": True},
    "ticket_resolved": {**TICKET, "cause": "电源模块故障", "solution": "更换电源模块", "prevention": "季度检查"},
    "ticket_closed": TICKET,
    "diagnosis_delivered": {**TICKET, "cause": "电源模块故障", "plan": "更换电源模块", "risk": "短时中断"},
    "escalation": {
        "items": [escalation_of(1, late=True, level_name="经理", level_name_en="manager"), escalation_of(2)],
        "instead_of": "李伟",
    },
    "loop_said": {**TICKET, **FACTS, "source": "投诉", "source_en": "complaint", "text": "约好九点，十一点才来。"},
    "loop_asked": {**TICKET, **FACTS, "department": "工程部", "department_en": "Engineering", "due_at": DUE, "text": "请核实。"},
    "loop_late": {**TICKET, **FACTS, "department": "工程部", "department_en": "Engineering", "due_at": DUE},
    "loop_turn": {**TICKET, "asks": "agree", "text": "更换工程师，周末返工。", "for_customer": True},
    "loop_again": {**TICKET, **FACTS, "round": 2, "text": "又迟到了。"},
    "loop_closed": {**TICKET, "rounds": 2, "text": "已返工。", "for_customer": True},
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
    "score_filled": {**SCORE, "period": "2026Q4", "score": "92.5", "total": "100", "customer": "华东医院", "contract": "一号合同"},
    "score_disputed": {**SCORE, "item": "响应超时", "item_en": "Late response", "reason": "当日停电", "name": "赵主任"},
    "score_answered": {**SCORE, "item": "响应超时", "item_en": "Late response", "before": "2.0", "after": "0", "text": "情况属实"},
    "obligation_late": {"items": [{**OWED, "contract": "一号合同"}, OWED]},
    "inspection_report": {"inspection": "四季度巡检", "visited_on": date(2026, 12, 1), "failed": 2, "opened": 1, **FACTS},
    "survey_invited": {"about": "核心交换机宕机", **TICKET, "expires_at": DUE, "theme": "故障处理", "theme_en": "Removal of faults"},
    "survey_reminder": {"about": "核心交换机宕机", **TICKET, "expires_at": DUE, "theme": "故障处理", "theme_en": "Removal of faults"},
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
    "calls_late": {
        "calls": [{"call": "CALL-000012", "subject": "核心交换机宕机", "customer": "华东医院", "due_at": DUE}],
        "count": 2,
        "office": "华东办事处",
        "office_en": "East China office",
    },
    "canary": TICKET,
    "heightened_period": {"period": "国庆重保", "period_en": "National Day", "starts_at": DUE, "ends_at": DUE, "for_customer": True},
    "term_ending": {**TERM, "days": 30, "for_customer": True},
    "quotation_asked": {**TERM, "quotation": "QUO-000012", "text": "希望包含备件。", "automatic": True},
    "quotation_ready": {**TERM, "quotation": "QUO-000012", "amount": "¥36,000.00", "valid_until": date(2026, 12, 20)},
    "renewal_answered": {
        **TERM,
        "quotation": "QUO-000012",
        "amount": "¥36,000.00",
        "accepted": False,
        "name": "赵主任",
        "text": "预算不足。",
    },
    "charge_asked": {**TICKET, "about": "¥1,200.00"},
    "remedy_to_approve": {**TICKET, "remedy": "赔偿", "remedy_en": "compensation", "what": "电源模块 S-1", "paid": "¥12,000.00"},
    "remedy_to_agree": {**TICKET, "remedy": "换货", "remedy_en": "exchange", "what": "电源模块 S-1", "charged": "¥1,200.00"},
    "stock_low": {**PART, "available": 1, "minimum": 2},
    "part_arrived": {**PART, **TICKET, "quantity": 2, "purchase": "PO-00012"},
    "emergency_supply": {**PART, **TICKET, "quantity": 1, "text": "核心业务中断。"},
    "training_invited": TRAINING,
    "training_open": {**TRAINING, "seats": 12},
    "training_changed": {**TRAINING, "text": "会议室被占用。"},
    "training_cancelled": {**TRAINING, "text": "客户机房搬迁。"},
    "training_reminder": TRAINING,
    "training_certificate": CERTIFICATE,
    "training_certificate_ends": CERTIFICATE,
    "staff_certificate_ends": STAFF_CERTIFICATE,
    "named_engineer_gap": {
        **NAMED,
        "gaps": [
            {"kind": "left", "about": "", "on": None},
            {"kind": "missing", "about": "CISP", "on": None},
            {"kind": "expired", "about": "PMP", "on": date(2026, 11, 1)},
            {"kind": "ending", "about": "HCIE", "on": date(2026, 12, 1)},
        ],
    },
    "mail_flood": {"sender": "服务台", "count": 40, "minutes": 10},
    "mailbox_failing": {"mailbox": "服务台", "reason": "密码错误"},
    "channel_disabled": {"name": "值班群", "reason": "没有应答"},
    "heartbeat_missed": {"source": "HIS 监控", "minutes": 10, "last_at": DUE},
    "webhook_disabled": {
        "endpoint": "工单同步",
        "address": "https://example.com/hook",
        "reason": "应答 410",
        "reason_en": "it answered 410 Gone",
    },
    "survey_low_score": {**TICKET, "score": 2, "customer": "华东医院", "engineer": "李伟", "text": "太慢。"},
    "request_quoted": {
        **TICKET,
        "total": "4,800.00",
        "valid_on": date(2026, 12, 1),
        "text": "停机四小时，先备份。",
        "customer": "华东医院",
    },
    "quotation_answered": {**TICKET, "approved": True, "name": "赵主任", "text": "同意。", "customer": "华东医院"},
    "request_overridden": {**TICKET, "text": "机房漏水，设备必须马上移走。"},
    "campaign_told": {
        "release": "Inspur K1 固件 5.2",
        "equipment": "HIS 数据库、PACS 存储",
        "number": 2,
        "published_on": date(2026, 11, 1),
        "severity": "重大",
        "severity_en": "critical",
        "text": "修复掉电丢数据的缺陷。",
        "text_en": "Mends a defect that loses data.",
        "risk": "重启一次",
        "mandatory": True,
        "reminder": 1,
        "after_term": True,
    },
    "campaign_answered": {
        "release": "Inspur K1 固件 5.2",
        "customer": "华东医院",
        "equipment": "HIS 数据库",
        "agreed": True,
        "name": "赵主任",
        "text": "请在夜间进行。",
        "wanted_on": date(2026, 12, 5),
    },
}
BARE = {
    **{name: {key: value for key, value in FULL[name].items() if key in kind.needs} for name, kind in KINDS.items()},
    "escalation": {"items": [escalation_of()]},
    "obligation_late": {"items": [OWED]},
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
    "training_invited": {**TRAINING, "for_trainer": True},
    "training_cancelled": {**TRAINING, "off_list": True},
    "training_certificate_ends": {**CERTIFICATE, "for_lead": True},
    "staff_certificate_ends": {**STAFF_CERTIFICATE, "for_lead": True},
    "quotation_answered": {**FULL["quotation_answered"], "approved": False},
    "campaign_told": {**FULL["campaign_told"], "reminder": 0, "after_term": False},
    "campaign_answered": {**FULL["campaign_answered"], "agreed": False},
}
CASES = [(name, context) for group in (FULL, BARE, VARIANTS) for name, context in group.items()]
