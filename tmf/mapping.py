"""The caller's own words for severity and kind, and what they are here: tables, not rules. Pure.

An account's profile may name more words, or the same with another meaning (``tmf.models.Profile``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SEVERITIES: dict[str, int] = {
    **dict.fromkeys(("1", "critical", "blocker", "emergency", "urgent", "highest", "sev1", "p1", "紧急", "严重", "致命"), 1),
    **dict.fromkeys(("2", "high", "major", "serious", "sev2", "p2", "高", "重要", "重大"), 2),
    **dict.fromkeys(("3", "medium", "moderate", "minor", "normal", "average", "sev3", "p3", "中", "一般", "普通"), 3),
    **dict.fromkeys(("4", "5", "low", "lowest", "warning", "trivial", "cosmetic", "planning", "sev4", "p4", "低", "轻微"), 4),
}
KINDS: dict[str, str] = {
    **dict.fromkeys(("fault", "incident", "trouble", "problem", "service problem case", "failure", "outage", "故障", "事件"), "fault"),
    **dict.fromkeys(("complaint", "grievance", "投诉"), "complaint"),
    **dict.fromkeys(("request", "service request", "service_request", "servicerequest", "change", "服务请求", "请求"), "request"),
    **dict.fromkeys(("consultation", "question", "inquiry", "enquiry", "information", "how-to", "咨询"), "consultation"),
}
SEVERITY, KIND = 3, "fault"
"""What a word that no table knows is taken for."""
SEVERITY_WORDS = {1: "Critical", 2: "Major", 3: "Minor", 4: "Low"}
PRIORITY_WORDS = {1: "Critical", 2: "High", 3: "Medium", 4: "Low"}
"""What a ticket is called whose reporter had no word of their own."""


def severity_of(word: str, own: Mapping[str, int] | None = None) -> int | None:
    """Answer the desk's severity (1 the worst, to 4) for the caller's word; None where no table knows it."""
    known = {key.casefold(): value for key, value in (own or {}).items()}
    return known.get(_key(word), SEVERITIES.get(_key(word)))


def kind_of(word: str, own: Mapping[str, str] | None = None) -> str | None:
    """Answer the desk's kind of ticket for the caller's word; None where no table knows it."""
    known = {key.casefold(): value for key, value in (own or {}).items()}
    return known.get(_key(word), KINDS.get(_key(word)))


def _key(word: str) -> str:
    return word.strip().casefold()
