"""Half of each page of tickets stays free: a row that is rewritten finds room beside itself.

The sweep writes how many events a ticket has. Where the page has room, PostgreSQL does so without touching any of the
two dozen indexes, the one of the search words above all: for ten thousand tickets 0.2 s instead of 2 s.
"""

from django.db import migrations

LEAVE_ROOM = "ALTER TABLE tickets_ticket SET (fillfactor = 50)"
FILL = "ALTER TABLE tickets_ticket RESET (fillfactor)"


def run(statement):
    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return apply


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_kinds_and_moves_of_all_plans")]
    operations = [migrations.RunPython(run(LEAVE_ROOM), run(FILL))]
