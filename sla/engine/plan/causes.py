"""Why work may have to wait: causes with an owner, the evidence they need, and whether they end by themselves (rule 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sla.engine.plan.terms import seconds
from sla.engine.plan.words import OWNERS, Path, PlanError, choices, code_of, known, words
from sla.engine.sentences import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEFAULT_OBJECTION = 3 * 86400
"""How long after its end a pause may be objected to, in seconds by the wall clock, where a plan does not say."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason to wait: in whose hands it is then, what has to be shown for it, and whether a known time ends it."""

    code: str
    name: Mapping[str, str]
    owner: str
    needs_evidence: bool = False
    ends_by_itself: bool = False

    @classmethod
    def read(cls, data: Any, path: Path) -> Cause:
        """Read ``{code, name, owner, evidence: required | optional, ends: expected}``."""
        known(data, ("code", "name", "owner", "evidence", "ends"), path)
        code = code_of(data, path)
        if code in OWNERS:
            raise PlanError((*path, "code"), _("“%(code)s” already stands for whose hands it is in; choose another code"), code=code)
        evidence = choices([data.get("evidence", "optional")], ("required", "optional"), (*path, "evidence"))[0]
        if "ends" in data:
            choices([data["ends"]], ("expected",), (*path, "ends"))
        return cls(
            code=code,
            name=words(data, "name", path),
            owner=choices([data.get("owner")], OWNERS, (*path, "owner"))[0],
            needs_evidence=evidence == "required",
            ends_by_itself="ends" in data,
        )


def causes_of(given: Any, path: Path) -> tuple[Cause, ...]:
    """Read the causes of a plan, in its order."""
    if not isinstance(given, list) or not given:
        raise PlanError(path, _("causes are a list of at least one; leave the key out for those of the product"))
    causes = tuple(Cause.read(row, (*path, index)) for index, row in enumerate(given))
    seen: set[str] = set()
    for index, cause in enumerate(causes):
        if cause.code in seen:
            raise PlanError((*path, index, "code"), _("“%(code)s” is used twice; each cause needs a code of its own"), code=cause.code)
        seen.add(cause.code)
    return causes


def pausable_by(given: Any, causes: Iterable[Cause], path: Path) -> frozenset[str]:
    """Read which waits stop the clock: true for anybody's, false for nobody's, or a list of owners and codes of causes."""
    if isinstance(given, bool):
        return frozenset(OWNERS) if given else frozenset()
    return frozenset(choices(given, (*OWNERS, *(cause.code for cause in causes)), path))


def objection_of(given: Any, path: Path) -> int:
    """Read how long after its end a pause may be objected to."""
    length = seconds(given, path)
    if not length:
        raise PlanError(path, _("an objection needs some time; write for example 3d"))
    return length


DEFAULT_CAUSES = (
    Cause("access", {"zh-hans": "等待客户提供访问权限或停机窗口", "en": "Customer's access or maintenance window"}, "customer"),
    Cause("consent", {"zh-hans": "等待客户同意或确认方案", "en": "Customer's consent"}, "customer"),
    Cause("information", {"zh-hans": "等待客户提供信息或日志", "en": "Information or logs from the customer"}, "customer"),
    Cause("line", {"zh-hans": "等待运营商或第三方处理线路", "en": "A third party's line"}, "third_party", needs_evidence=True),
    Cause("building-work", {"zh-hans": "等待土建或供电条件具备", "en": "Building work or power"}, "third_party", needs_evidence=True),
    Cause("part", {"zh-hans": "备件在途", "en": "Spare part on its way"}, "logistics", needs_evidence=True, ends_by_itself=True),
    Cause("vendor-answer", {"zh-hans": "等待原厂答复或补丁", "en": "The maker's answer or patch"}, "vendor", needs_evidence=True),
)
"""What installers of systems wait for, where a plan has no causes of its own."""
