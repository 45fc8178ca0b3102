"""A rehearsal of two years: what was reported under the busiest plan, settled under a draft, in one worker's process."""

from __future__ import annotations

import copy
import time
from datetime import timedelta


def rehearsal() -> float:
    """Answer how many seconds 10,000 tickets take, all results written; prints them with the number of tickets and of findings."""
    from django.db.models import Count

    from core.queue import drain
    from core.time import now
    from sla.models import Plan
    from sla.selectors import current_plan_version
    from tickets import services
    from tickets.figures.period import day_of
    from tickets.models import Rehearsal, Ticket

    at = now()
    busiest = Ticket.objects.values("commitment__plan_version__plan").annotate(count=Count("pk")).order_by("-count")[0]
    plan = Plan.objects.get(pk=busiest["commitment__plan_version__plan"])
    base = current_plan_version(plan, at)
    assert base is not None
    content = copy.deepcopy(base.data)
    for promise in content["promises"]:
        if "contacted" in promise["until"]:
            promise["target"] = "30min"  # so that many first responses come too late
    last = day_of(at)
    first = last - timedelta(days=730)
    asked = services.begin_rehearsal(plan, base=base, content=content, calendars={}, first=first, last=last, actor=None, at=at)
    began = time.perf_counter()
    drain(services.rehearse_next_batch, at=at, rounds=10_000)
    done = Rehearsal.objects.get(pk=asked.pk)
    seconds = (time.perf_counter() - began) / done.done * 10_000
    print(f"  rehearsal per 10,000 tickets: {seconds:.1f} s ({done.done} settled, {done.findings.count()} clocks otherwise)", flush=True)
    return seconds
