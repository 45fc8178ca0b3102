"""The way round a closed loop: which step leads from where to where, and whose it is. Pure: no Django, no now()."""

from __future__ import annotations

from dataclasses import dataclass

SAID, ASKED, ANSWERED, TOLD, AGREED, CARRIED_OUT, VERIFYING, SATISFIED, WITHDRAWN = (
    "said", "asked", "answered", "told", "agreed", "carried_out", "verifying", "satisfied", "withdrawn",
)  # fmt: skip
STAGES = (SAID, ASKED, ANSWERED, TOLD, AGREED, CARRIED_OUT, VERIFYING, SATISFIED, WITHDRAWN)
ENDED = frozenset({SATISFIED, WITHDRAWN})
OPEN = frozenset(STAGES) - ENDED

US, THEM, BOTH = frozenset({"provider"}), frozenset({"customer"}), frozenset({"provider", "customer"})
WORST = 1


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done: where it starts, where it leads (None: the stage stays), whose word it is."""

    name: str
    sources: frozenset[str]
    target: str | None
    by: frozenset[str] = US


STEPS = {
    step.name: step
    for step in (
        # Another department may be asked as long as nothing was agreed; the plan is then told anew.
        Step("ask", frozenset({SAID, ASKED, ANSWERED, TOLD}), ASKED),
        Step("answer", frozenset({ASKED}), None),  # the last one's answer leads on, see answered()
        Step("look-into", frozenset({SAID}), None),
        Step("tell", frozenset({SAID, ANSWERED}), TOLD),
        Step("agree", frozenset({TOLD}), AGREED, BOTH),
        Step("disagree", frozenset({TOLD}), ANSWERED, BOTH),
        Step("carry-out", frozenset({AGREED}), CARRIED_OUT),
        Step("request-close", frozenset({CARRIED_OUT}), VERIFYING),
        Step("satisfied", frozenset({VERIFYING}), SATISFIED, BOTH),
        Step("not-satisfied", frozenset({VERIFYING}), SAID, BOTH),
        Step("withdraw", OPEN - {VERIFYING}, WITHDRAWN, THEM),
    )
}


def allowed(stage: str, side: str) -> list[str]:
    """Answer the names of the steps that this side may take now."""
    return [step.name for step in STEPS.values() if stage in step.sources and side in step.by]


def next_step(stage: str, *, looked_into: bool = True) -> str | None:
    """Answer the one step that comes next on the ordinary way round; a second round begins with the cause of the first one's end."""
    if stage == SAID and not looked_into:
        return "look-into"
    return {
        SAID: "ask", ASKED: "answer", ANSWERED: "tell", TOLD: "agree", AGREED: "carry-out", CARRIED_OUT: "request-close",
        VERIFYING: "verify",
    }.get(stage)  # fmt: skip


def answered(stage: str, waiting: int) -> str:
    """Answer the stage after an opinion came in, with so many departments still to answer."""
    return ANSWERED if stage == ASKED and not waiting else stage


def raised(level: int) -> int:
    """Answer the level of the next round: it comes back as a priority, one step worse (1 is the worst)."""
    return max(WORST, level - 1)
