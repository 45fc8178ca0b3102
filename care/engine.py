"""When to call, whom to ask, what an answer means. Pure: moments, days and plain data in and out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

OPENS, CLOSES = time(9), time(18, 30)
"""Nobody is called at night."""
PARTS: Final = (time(9, 30), time(13, 30), time(16), time(17, 30))
"""The hours of a day at which somebody may be met who was not met at another."""
AFTER = timedelta(hours=1)
"""So long after a call that nobody answered it is not tried again."""
BUSY = timedelta(minutes=30)
DAYS = 3
"""On so many days a customer is called before it is said that they were not reached."""
LONGEST_HOLIDAY = 21
"""Days among which a working one is looked for."""
LOW = 2
"""A score of so much or less is dissatisfaction (of 5)."""
YES = "yes"


def any_day(_day: date) -> bool:
    """Take every day for a working day."""
    return True


def hour_to_call(at: datetime, opens: time = OPENS, closes: time = CLOSES, is_workday: Callable[[date], bool] = any_day) -> datetime:
    """Answer the first moment from a local one on at which a customer may be called: within the hours of a working day."""
    if is_workday(at.date()) and opens <= at.time() < closes:
        return at
    first = 0 if at.time() < opens else 1
    days = [at + timedelta(days=first + place) for place in range(LONGEST_HOLIDAY)]
    day = next((each for each in days if is_workday(each.date())), days[0])
    return day.replace(hour=opens.hour, minute=opens.minute, second=0, microsecond=0)


def part_of(moment: datetime) -> int:
    """Answer which part of the day a local moment is in, from 0."""
    return sum(moment.time() >= begins for begins in PARTS[1:])


def next_try(
    at: datetime, tried: Sequence[datetime], opens: time = OPENS, closes: time = CLOSES, is_workday: Callable[[date], bool] = any_day
) -> datetime:
    """Answer when to try again after nobody answered: another hour of a working day than those tried, in the customer's hours."""
    used = {part_of(moment) for moment in tried}
    coming = [moment for moment in _moments(at, opens, closes, is_workday) if moment >= at + AFTER]
    other = [moment for moment in coming if part_of(moment) not in used]
    differs = [moment for moment in coming if not tried or part_of(moment) != part_of(tried[-1])]
    return (other or differs or coming)[0]


def _moments(at: datetime, opens: time, closes: time, is_workday: Callable[[date], bool]) -> list[datetime]:
    days = [(at + timedelta(days=place)).replace(second=0, microsecond=0) for place in range(LONGEST_HOLIDAY)]
    working = [day for day in days if is_workday(day.date())] or days
    starts = [begins for begins in PARTS if opens <= begins < closes] or [opens]
    return [day.replace(hour=begins.hour, minute=begins.minute) for day in working[: DAYS + 1] for begins in starts]


def is_exhausted(tried: Iterable[datetime]) -> bool:
    """Whether it was tried on as many days as it is owed to be (local moments)."""
    return len({moment.date() for moment in tried}) >= DAYS


def sampled(key: str, percent: int) -> bool:
    """Whether what is called so falls into a sample of so many percent: the same answer whenever and by whomever it is asked."""
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big") % 100 < percent


def spread(days: Sequence[date], loads: Mapping[date, int], count: int) -> list[date]:
    """Answer days for so many calls: the emptiest first, and of equally empty ones those farthest from what was just planned."""
    places, found = dict(loads), []
    order = {day: _reversed(place, len(days)) for place, day in enumerate(days)}
    for _i in range(count if days else 0):
        day = min(days, key=lambda each: (places.get(each, 0), order[each]))
        places[day] = places.get(day, 0) + 1
        found.append(day)
    return found


def _reversed(place: int, count: int) -> float:
    """Answer where a place stands in an order whose every beginning is spread evenly (its bits read backwards, van der Corput)."""
    value, part, number = 0.0, 0.5, place * 1024 // max(count, 1)
    for bit in range(9, -1, -1):
        value += part * (number >> (9 - bit) & 1)
        part /= 2
    return value


def workdays(first: date, last: date, is_workday: Callable[[date], bool]) -> list[date]:
    """Answer the working days from one day to another, both included; where there is none, the last day."""
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    return [day for day in days if is_workday(day)] or [last]


@dataclass(frozen=True, slots=True)
class Judged:
    """What answers come to; None: was not asked."""

    came_back: bool | None = None
    satisfied: bool | None = None
    finding: str = ""


def judged(questions: Iterable[Mapping[str, Any]], answers: Mapping[str, str]) -> Judged:
    """Answer what was said: whether it came back, whether the customer is satisfied, and what else is to be looked after."""
    came_back = satisfied = None
    findings = []
    for question in questions:
        answer = answers.get(question["code"], "")
        if not answer:
            continue
        if question["means"] == "came_back":
            came_back = answer == YES
        elif question["means"] == "satisfied":
            fine = is_fine(question, answer)
            satisfied = fine if satisfied is None else satisfied and fine
        elif question["means"] == "finding" and (question["kind"] == "words" or not is_fine(question, answer)):
            findings.append(answer if question["kind"] == "words" else question["text"])
    return Judged(came_back, satisfied, "\n".join(findings))


def is_fine(question: Mapping[str, Any], answer: str) -> bool:
    """Whether an answer is a good one: yes, a score above 2, an option that is not marked as bad."""
    if question["kind"] == "score":
        return int(answer) > LOW
    if question["kind"] == "yes_no":
        return answer == YES
    return not any(option["bad"] for option in question["options"] if option["code"] == answer)
