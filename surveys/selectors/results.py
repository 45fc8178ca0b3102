"""What was answered, question by question."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models.functions import TruncQuarter
from django.utils import timezone
from django.utils.translation import gettext as _

from core import periods
from core.errors import Invalid
from core.pages import LARGEST
from surveys.models import NPS_BEST, QuestionKind, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyTemplate, SurveyValue
from surveys.selectors.figures import GROUP_ROWS, _name
from surveys.selectors.prefetching import values
from surveys.selectors.seen import MIN_GROUP, answers_for, surveys_for, without_few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User

PROMOTER, DETRACTOR = 9, 6
"""Who gives 9 or 10 recommends us, who gives 6 or less advises against us."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which answers are counted; ``quarter`` is a day of it, None is all time."""

    template: SurveyTemplate
    office: int | None = None
    engineer: int | None = None
    contract: int | None = None
    organization: int | None = None
    campaign: int | None = None
    quarter: date | None = None

    @property
    def narrowed(self) -> dict[str, int]:
        """Answer the facts that narrow it."""
        given = {name: getattr(self, name) for name in ("office", "engineer", "contract", "organization", "campaign")}
        return {name: value for name, value in given.items() if value}

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Answer the first instant of the quarter and of the next, at midnight of the service desk."""
        if self.quarter is None:
            return None
        first = periods.first_day(periods.QUARTER, self.quarter)
        zone = ZoneInfo(settings.TIME_ZONE)
        begin, end = (datetime.combine(day, time.min, zone).astimezone(UTC) for day in (first, first + relativedelta(months=3)))
        return begin, end


@dataclass(slots=True)
class Result:
    """What was said to one question; shares are (words, how many, percent, low)."""

    question: SurveyQuestion
    answered: int = 0
    mean: float | None = None
    nps: float | None = None
    shares: list[tuple[str, int, int, bool]] = field(default_factory=list)

    @property
    def chart(self) -> dict[str, Any]:
        """Answer the shares, to be drawn as bars."""
        return {
            "labels": [row[0] for row in self.shares],
            "series": [{"name": str(self.question), "values": [row[1] for row in self.shares]}],
        }


QUARTER = re.compile(r"(20[0-9]{2})Q([1-4])")
NARROWING = ("office", "engineer", "contract", "organization", "campaign")


def filters_of(template: SurveyTemplate, given: dict[str, str]) -> Filters:
    """Read what programs ask for; refuse, at its name, what is not known or cannot be meant."""
    if unknown := given.keys() - {"template", "quarter", "format", *NARROWING}:
        raise Invalid(_("This filter is not known."), field=min(unknown))
    facts: dict[str, int] = {}
    for name in NARROWING:
        if value := given.get(name):
            if not (value.isascii() and value.isdecimal() and int(value[:20]) <= LARGEST):
                raise Invalid(_("Enter a whole number."), field=name)
            facts[name] = int(value)
    quarter = QUARTER.fullmatch(given.get("quarter") or "")
    if given.get("quarter") and quarter is None:
        raise Invalid(_("Write a quarter like 2026Q4."), field="quarter")
    day = date(int(quarter[1]), 3 * int(quarter[2]) - 2, 1) if quarter else None
    return Filters(template=template, quarter=day, **facts)


def answers_in(user: User, wanted: Filters) -> tuple[QuerySet[SurveyAnswer], bool]:
    """Answer the answers a person may read, and whether anonymous ones were kept back because they are too few."""
    rows = answers_for(user).filter(version__template=wanted.template, **wanted.narrowed)
    if wanted.span:
        rows = rows.filter(answered_at__gte=wanted.span[0], answered_at__lt=wanted.span[1])
    return without_few(rows)


def invitations_in(user: User, wanted: Filters) -> QuerySet[SurveyInvitation]:
    """Answer who was asked, narrowed alike; the quarter is that of asking."""
    rows = surveys_for(user).filter(version__template=wanted.template, **wanted.narrowed)
    return rows.filter(created_at__gte=wanted.span[0], created_at__lt=wanted.span[1]) if wanted.span else rows


def response(user: User, wanted: Filters) -> dict[str, int]:
    """Answer how many were asked and how many of them answered."""
    return invitations_in(user, wanted).aggregate(
        asked=Count("pk", filter=Q(sent_at__isnull=False)), answered=Count("pk", filter=Q(answered_at__isnull=False))
    )


def _asked(template: SurveyTemplate) -> list[SurveyQuestion]:
    """Answer every question that was ever published, the newest version's first, in their order."""
    asked = SurveyQuestion.objects.filter(version__template=template, version__published_at__isnull=False)
    return list(asked.order_by("-version__number", "position"))


def _wordings(asked: list[SurveyQuestion]) -> dict[str, SurveyQuestion]:
    """Answer each question of a template by code, in its newest published wording, in the order of the newest version."""
    found: dict[str, SurveyQuestion] = {}
    for question in asked:
        found.setdefault(question.code, question)
    return found


def results(answers: QuerySet[SurveyAnswer], template: SurveyTemplate) -> list[Result]:
    """Answer what was said to each question of a template, over all its versions."""
    asked = {question.pk: question for question in _asked(template)}
    found = {code: Result(question) for code, question in _wordings(list(asked.values())).items()}
    counted: dict[str, Counter[int | str]] = {code: Counter() for code in found}
    said = SurveyValue.objects.filter(answer__in=answers.order_by().values("pk"), value__isnull=False).order_by()
    for code, pk, value, times in said.values_list("question__code", "question", "value").annotate(times=Count("pk")):
        counted[code][_meant(found[code].question, asked[pk], value or 0)] += times
    spoke = SurveyValue.objects.filter(answer__in=answers.order_by().values("pk")).order_by()
    for code, times in spoke.values_list("question__code").annotate(times=Count("answer", distinct=True)):
        found[code].answered = times
    for code, result in found.items():
        _fill(result, counted[code])
    return list(found.values())


def _meant(now: SurveyQuestion, then: SurveyQuestion, value: int) -> int | str:
    """Answer what a value of an older version means in the newest: a choice is known by its words, wherever it stood."""
    if QuestionKind.CHOICE not in {now.kind, then.kind} or now.pk == then.pk:
        return value
    words = [str(each["text"]) for each in now.choices]
    told = str(then.choices[value]["text"]) if then.kind == QuestionKind.CHOICE else str(value)
    return words.index(told) if told in words else dict(then.options).get(value, told)


def _fill(result: Result, said: Counter[int | str]) -> None:
    question = result.question
    counted = {value: times for value, times in said.items() if isinstance(value, int)}
    total = sum(counted.values())
    if question.kind == QuestionKind.WORDS:
        return
    whole = result.answered or 1  # of several choices each share is one of the people
    for value, words in question.options:
        times = counted.get(value, 0)
        result.shares.append((words, times, round(100 * times / whole), question.is_low(value)))
    result.shares += [(value, times, round(100 * times / whole), False) for value, times in said.items() if isinstance(value, str)]
    if not total:
        return
    if question.kind == QuestionKind.SCORE:
        result.mean = sum(value * times for value, times in counted.items()) / total
    elif question.kind == QuestionKind.NPS:
        result.nps = nps_of(counted)


def nps_of(counted: dict[int, int]) -> float | None:
    """Answer the share that recommends us less the share that advises against us, from -100 to 100."""
    total = sum(counted.values())
    for_us = sum(times for value, times in counted.items() if PROMOTER <= value <= NPS_BEST)
    against = sum(times for value, times in counted.items() if value <= DETRACTOR)
    return 100 * (for_us - against) / total if total else None


def trend(answers: QuerySet[SurveyAnswer], template: SurveyTemplate) -> tuple[list[str], list[tuple[SurveyQuestion, list[float | None]]]]:
    """Answer the quarters in which there were answers, and the average of each question with scores in each of them."""
    wordings = {code: row for code, row in _wordings(_asked(template)).items() if row.kind == QuestionKind.SCORE}
    said = SurveyValue.objects.filter(
        answer__in=answers.order_by().values("pk"), question__code__in=wordings, question__kind=QuestionKind.SCORE
    )
    quarters = said.order_by().annotate(quarter=TruncQuarter("answer__answered_at")).values("quarter", "question__code")
    found = {(row["quarter"], row["question__code"]): row["average"] for row in quarters.annotate(average=Avg("value"))}
    days = sorted({quarter for quarter, _code in found})
    labels = [periods.key(periods.QUARTER, timezone.localdate(day)) for day in days]
    return labels, [(question, [found.get((day, code)) for day in days]) for code, question in wordings.items()]


def groups_of(answers: QuerySet[SurveyAnswer], group: str) -> list[dict[str, Any]]:
    """Answer a line for each engineer, office or contract, the least content first.

    Of anonymous answers a group shows none before it has MIN_GROUP of them.
    """
    names = {
        "engineer": ("engineer__name",),
        "office": ("office__name", "office__name_en"),
        "contract": ("contract__number", "organization__name"),
    }
    named = Q(is_anonymous=False)
    rows = answers.filter(**{f"{group}__isnull": False}).order_by().values(group, *names[group])
    counted = rows.annotate(
        all=Count("pk"), own=Count("pk", filter=named), mean_all=Avg("mean"), mean_own=Avg("mean", filter=named),
        low_all=Count("pk", filter=Q(is_low=True)), low_own=Count("pk", filter=named & Q(is_low=True)),
    )  # fmt: skip
    found = []
    for row in counted.order_by(F("mean_all").asc(nulls_last=True), group)[:GROUP_ROWS]:
        kept_back = 0 < row["all"] - row["own"] < MIN_GROUP
        which = "own" if kept_back else "all"
        line = {"pk": row[group], "name": _name(row, group), "kept_back": kept_back}
        found.append({**line, "answered": row[which], "mean": row[f"mean_{which}"], "low": row[f"low_{which}"]})
    return found


def exported(
    answers: QuerySet[SurveyAnswer], template: SurveyTemplate
) -> tuple[list[SurveyQuestion], Iterator[tuple[SurveyAnswer, dict[str, str]]]]:
    """Answer the questions, and every answer with what was said to each, the newest first."""

    def lines() -> Iterator[tuple[SurveyAnswer, dict[str, str]]]:
        rows = answers.select_related("organization", "office", "engineer", "contract", "ticket", "follow_up").prefetch_related(
            values("values")
        )
        for answer in rows.order_by("-pk").iterator(500):
            said: dict[str, str] = {}
            for value in answer.values.all():
                code = value.question.code
                said[code] = f"{said[code]}; {value.said}" if code in said else value.said
            yield answer, said

    return list(_wordings(_asked(template)).values()), lines()
