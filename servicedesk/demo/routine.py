"""What comes round by itself in the demo world: silent tickets close, inspections are made, surveys are asked and answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from core.queue import drain
from inspections import services as inspections
from inspections.models import CarriedFinding, Inspection, InspectionResult, Kind, Outcome, Status
from servicedesk.demo import words
from surveys import services as surveys
from surveys.models import SurveyInvitation
from tickets import services as tickets

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from servicedesk.demo.world import World
    from sla.models import Escalation
    from tickets.models import Ticket

DAY = timedelta(days=1)
RECENT = 30 * DAY
LONG_AGO_STEP = 4 * DAY


EVEN = 0.5
FORGOTTEN = timedelta(days=100)


def answered(row: InspectionResult, months: int, *, is_bad: bool) -> inspections.Answer:
    """Answer an item as an engineer would; figures grow from month to month, so that their trend is worth a look."""
    place = row.position
    note = "现场发现异常，已拍照留存，建议尽快处理。" if is_bad else ""
    if row.kind == Kind.NUMBER:
        return inspections.Answer(position=place, measured=str(figure(row, months, is_bad=is_bad)), note=note)
    if row.kind == Kind.CHOICE:
        options = [option["code"] for option in row.options if option["bad"] == is_bad] or [row.options[0]["code"]]
        return inspections.Answer(position=place, measured=options[0], note=note)
    if row.kind == Kind.TEXT:
        return inspections.Answer(position=place, note=note or "运行平稳，无异常记录。", outcome=Outcome.FAILED if is_bad else Outcome.OK)
    if row.kind == Kind.PHOTO:
        return inspections.Answer(position=place, outcome=Outcome.NOT_APPLICABLE)
    return inspections.Answer(position=place, outcome=Outcome.FAILED if is_bad else Outcome.OK, note=note)


def figure(row: InspectionResult, months: int, *, is_bad: bool) -> int:
    """Answer a figure within the limits, or just beyond."""
    low, high = (None if bound is None else int(bound) for bound in (row.low, row.high))
    if is_bad:
        return high + 6 if high is not None else (low or 0) - 6
    if high is not None and low is not None:
        return low + (high - low) * (3 + months % 4) // 8
    if high is not None:
        return high * (52 + (months * 3 + row.position * 7) % 40) // 100
    return (low or 0) + 5 + months % 6


@dataclass(slots=True)
class Routine:
    """Goes through the days up to a moment."""

    world: World
    rng: Random
    day: datetime
    today: datetime
    came_up: list[tuple[datetime, Ticket]] = field(default_factory=list)
    """Tickets that inspections and surveys opened, and when: somebody has to take care of them."""
    levels: list[Escalation] = field(default_factory=list)
    """Levels that were reached: somebody has to put a name to them."""

    def until(self, moment: datetime) -> None:
        """Do what each day brings."""
        while self.day + self.step <= moment:
            self.day += self.step
            drain(tickets.close_silent_next_batch, at=self.day)
            drain(inspections.plan_next_batch, at=self.day)
            self._inspect()
            drain(inspections.watch_next_batch, at=self.day)
            drain(surveys.invite_next_batch, at=self.day)
            self._answer()

    @property
    def step(self) -> timedelta:
        """Answer how far to go at once: long ago, nobody looks at single days."""
        return DAY if self.today - self.day < RECENT else LONG_AGO_STEP

    def _inspect(self) -> None:
        """Carry out what is planned for the days that are over; that of today is left to whoever tries the demo."""
        planned = Inspection.objects.filter(status=Status.PLANNED, planned_on__lt=timezone.localdate(self.day))
        for visit in planned.select_related("engineer", "site", "plan"):
            if self.today - self.day > DAY and not self._is_forgotten(visit):
                self._carry_out(visit)

    def _is_forgotten(self, visit: Inspection) -> bool:
        """One monthly check, some months ago, was missed."""
        return visit.plan.window_from is not None and visit.planned_on.month == timezone.localdate(self.today - FORGOTTEN).month

    def _carry_out(self, visit: Inspection) -> None:
        engineer, at = visit.engineer, self.day
        customer = next(row for row in self.world.customers if row.organization.pk == visit.organization_id)
        visit = inspections.start(visit, actor=engineer, at=at, admitted_by=customer.person.name)
        failed = self.rng.choice([row.position for row in visit.results.all()]) if self.rng.random() < 0.3 else None  # noqa: PLR2004
        months = (visit.planned_on.year - 2020) * 12 + visit.planned_on.month
        found = [answered(row, months, is_bad=row.position == failed) for row in visit.results.all()]
        inspections.record_results(visit, found, actor=engineer, at=at + timedelta(hours=1))
        verdicts = [inspections.Verdict(finding=row.finding_id, verdict=self._seen(row, visit, failed)) for row in visit.carried.all()]
        inspections.record_verdicts(visit, verdicts, actor=engineer, at=at + timedelta(hours=1))
        summary = "系统运行总体正常。" if failed is None else "总体正常，发现一项问题，已转为故障单跟踪。"
        said = inspections.Conclusion(summary=summary, advice="建议按月清理日志并核对备份。")
        visit = inspections.finish(visit, actor=engineer, at=at + timedelta(hours=2), said=said)
        opened = [row.ticket for row in visit.results.select_related("ticket") if row.ticket]
        self.came_up += [(at + timedelta(hours=2), ticket) for ticket in opened]
        inspections.sign(visit, actor=customer.supervisor, at=at + timedelta(hours=3), name=customer.supervisor.name)

    def _seen(self, row: CarriedFinding, visit: Inspection, failed: int | None) -> str:
        """Say of a finding whether it is still there: as the figure of the day has it, else half the time; the newest stay."""
        item = next((each for each in visit.results.all() if each.code == row.finding.code), None)
        if item is not None and row.finding.template_id == visit.plan.template_id and item.kind in {Kind.NUMBER, Kind.CHOICE}:
            return "still" if item.position == failed else "gone"
        is_new = self.today - self.day < 3 * RECENT
        return "still" if is_new or (item is not None and item.position == failed) or self.rng.random() < EVEN else "gone"

    def _answer(self) -> None:
        """Answer most of the newest invitations, mostly content."""
        fresh = SurveyInvitation.objects.filter(answered_at=None, created_at__lte=self.day, created_at__gt=self.day - self.step - DAY)
        for invitation in fresh:
            if self.rng.random() < 0.65:  # noqa: PLR2004
                glad = self.rng.random() < 0.93  # noqa: PLR2004
                scores = self.rng.choices([5, 4, 3], weights=[6, 3, 1], k=3) if glad else self.rng.choices([1, 2, 3], k=3)
                said = self.rng.choice(words.PRAISE if glad else words.BLAME)
                given = surveys.Scores(speed=scores[0], quality=scores[1], manner=scores[2], words=said)
                answer = surveys.answer(invitation, given, actor=None, at=self.day)
                if answer.follow_up:
                    self.came_up.append((self.day + timedelta(hours=1), answer.follow_up))
