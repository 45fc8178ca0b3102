"""Calls that were called off made their obligation smaller: it is owed in full again, with how much nobody asks and why."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import migrations
from django.db.models import Count, F

NOTHING = "—"


def count_again(apps: Any, schema_editor: Any) -> None:
    """Count for each such obligation what was called off; what was done but for that is not kept, but let go with the reason."""
    Call, Obligation = apps.get_model("care", "Call"), apps.get_model("obligations", "Obligation")
    rows = Call.objects.filter(status="dropped").exclude(owed_key="").exclude(owed_key=F("key")).annotate(things=Count("items"))
    off: dict[str, list[tuple[Any, int]]] = defaultdict(list)
    for call in rows.order_by("pk"):
        if times := (call.things if call.kind == "inquiry" else 1):
            off[call.owed_key].append((call, times))
    for key, calls in off.items():
        row = Obligation.objects.filter(key=key).first()
        if row is None or row.spared or (row.status == "waived" and not row.reason.startswith(NOTHING)):
            continue
        row.spared = sum(times for _call, times in calls)
        row.wanted += row.spared
        row.reason = f"{NOTHING} {'; '.join(f'CALL-{call.pk:06d}: {call.ended_because}' for call, _times in calls)}"[:300]
        row.status = "waived" if row.status == "done" else row.status
        row.save(update_fields=["spared", "wanted", "reason", "status"])


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial"), ("obligations", "0002_times_spared_with_a_reason")]

    operations = [migrations.RunPython(count_again, migrations.RunPython.noop, elidable=True)]
