from __future__ import annotations

from django.db import migrations


def link_what_waits(apps, schema_editor):
    """Have what waits already keep the message that it came with; one that was cut before has lost its files."""
    for case in apps.get_model("inbound", "Case").objects.filter(waits=True, source__kind="osticket").iterator():
        case.arrival = case.source.arrivals.filter(at=case.first_at, state="taken").order_by("pk").first()
        case.save(update_fields=["arrival"])


class Migration(migrations.Migration):
    dependencies = [
        ("inbound", "0002_files_that_wait_for_a_place"),
    ]

    operations = [
        migrations.RunPython(link_what_waits, migrations.RunPython.noop),
    ]
