"""An index for the search words; SQLite searches without one."""

from django.db import migrations

CREATE = "CREATE INDEX IF NOT EXISTS ticket_search ON tickets_ticket USING gin (to_tsvector('simple', search_text))"
DROP = "DROP INDEX IF EXISTS ticket_search"


def run(statement):
    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return apply


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(run(CREATE), run(DROP))]
