"""When a customer is called: on a working day, and in time where a promise ends before the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from care import engine, selectors

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime


def on_workday(find: Callable[[Callable[[date], bool]], datetime], *, at: datetime, due_at: datetime) -> datetime:
    """Answer the moment that is found among the working days of our people, or among all days where only such a one is in time.

    So a call-back within 24 hours of a solution on a Friday evening is made on the Saturday, and nothing else is.
    """
    moment = find(selectors.workday_at(at))
    if moment <= due_at:
        return moment
    sooner = find(engine.any_day)
    return sooner if sooner <= due_at else moment
