"""The templates and rules that ship: data, entered once and changed by managers from then on."""

from __future__ import annotations

from typing import Any, Final

SPEED: Final[dict[str, Any]] = {
    "code": "speed",
    "kind": "score",
    "low_at": 2,
    "label": "响应速度",
    "label_en": "Speed",
    "hint": "响应和处理是否及时？",
    "hint_en": "How quickly were you answered and helped?",
}
QUALITY: Final[dict[str, Any]] = {
    "code": "quality",
    "kind": "score",
    "low_at": 2,
    "label": "服务质量",
    "label_en": "Quality",
    "hint": "问题是否得到解决，解决得好不好？",
    "hint_en": "Is the problem solved, and solved well?",
}
MANNER: Final[dict[str, Any]] = {
    "code": "manner",
    "kind": "score",
    "low_at": 2,
    "label": "工程师",
    "label_en": "The engineer",
    "hint": "技术水平、服务态度与讲解是否清楚。",
    "hint_en": "Skill, manner and clear words.",
}
WORDS: Final[dict[str, Any]] = {
    "code": "words",
    "kind": "words",
    "is_required": False,
    "label": "您还想告诉我们什么？",
    "label_en": "What should we know?",
}
RECOMMEND: Final[dict[str, Any]] = {
    "code": "recommend",
    "kind": "nps",
    "is_required": False,
    "low_at": 3,
    "label": "您愿意向同行推荐我们的服务吗？",
    "label_en": "Would you recommend our service to others in your trade?",
    "hint": "0 表示绝不推荐，10 表示非常愿意。",
    "hint_en": "0 is not at all, 10 is by all means.",
}


def _choice(text: str, text_en: str, *, low: bool = False) -> dict[str, Any]:
    return {"text": text, "text_en": text_en, "low": low}


TEMPLATES: Final[list[dict[str, Any]]] = [
    {
        "code": "close",
        "name": "故障处理满意度",
        "name_en": "After a closed ticket",
        "theme": "故障处理",
        "theme_en": "Removal of faults",
        "questions": [SPEED, QUALITY, MANNER, WORDS],
    },
    {
        "code": "quarter",
        "name": "满意度调查函",
        "name_en": "Quarterly letter of satisfaction",
        "theme": "整体服务质量",
        "theme_en": "The service as a whole",
        "intro": "感谢贵单位一直以来的信任与支持。为持续改进服务，请您对本季度的服务作出评价。",
        "intro_en": "Thank you for your trust. Please tell us how our service was in this quarter, so that we can improve it.",
        "questions": [
            SPEED,
            QUALITY,
            MANNER,
            {
                "code": "theme",
                "kind": "score",
                "is_required": False,
                "low_at": 2,
                "label": "本季度调查主题",
                "label_en": "The theme of this quarter",
                "hint": "对调查函所列主题（产品或服务）的总体评价。",
                "hint_en": "What you think of the product, or part of the service, named above.",
            },
            {**RECOMMEND},
            {
                "code": "improve",
                "kind": "choice",
                "is_required": False,
                "is_many": True,
                "label": "您希望我们优先改进哪些方面？",
                "label_en": "What should we improve first?",
                "choices": [
                    _choice("响应速度", "Speed of response"),
                    _choice("现场服务", "On-site service"),
                    _choice("备件供应", "Spare parts"),
                    _choice("技术培训", "Training"),
                    _choice("产品质量", "Quality of the products"),
                ],
            },
            WORDS,
        ],
    },
    {
        "code": "visit",
        "name": "现场服务评价",
        "name_en": "After a visit on site",
        "theme": "现场服务",
        "theme_en": "On-site service",
        "questions": [
            {
                **SPEED,
                "label": "到场及时",
                "label_en": "In time",
                "hint": "工程师是否按约定时间到场？",
                "hint_en": "Did the engineer come at the time agreed?",
            },
            QUALITY,
            MANNER,
            {
                "code": "tidy",
                "kind": "choice",
                "label": "离场时现场是否清理干净、讲解清楚？",
                "label_en": "Was everything tidied up and explained?",
                "choices": [_choice("是", "Yes"), _choice("部分", "In part"), _choice("否", "No", low=True)],
            },
            WORDS,
        ],
    },
    {
        "code": "training",
        "name": "培训评价",
        "name_en": "After a training",
        "theme_kind": "training",
        "theme": "客户培训",
        "theme_en": "Training",
        "is_anonymous": True,
        "intro": "本问卷匿名，我们无法得知是谁填写的。",
        "intro_en": "This survey is anonymous: nobody can tell what you answered.",
        "questions": [
            {
                "code": "content",
                "kind": "score",
                "low_at": 2,
                "label": "培训内容",
                "label_en": "Content",
                "hint": "是否符合您的工作需要？",
                "hint_en": "Does it fit what you do?",
            },
            {
                "code": "teacher",
                "kind": "score",
                "low_at": 2,
                "label": "讲师",
                "label_en": "The trainer",
                "hint": "讲解是否清楚、有耐心？",
                "hint_en": "Clear and patient?",
            },
            {"code": "material", "kind": "score", "low_at": 2, "label": "教材与环境", "label_en": "Material and equipment"},
            RECOMMEND,
            WORDS,
        ],
    },
]

RULES: Final[list[dict[str, Any]]] = [
    {"cause": "close", "template": "close", "cap_days": 0, "remind_times": 1},
    {"cause": "quarter", "template": "quarter", "cap_days": 0, "remind_times": 1},
    {"cause": "visit", "template": "visit", "is_active": False, "cap_days": 14, "remind_times": 0},
    {"cause": "request", "template": "training", "cap_days": 0, "remind_times": 1},
]
"""Each close and each quarter of a contract asks, as the service plans promise; visits ask when a manager lets them."""
