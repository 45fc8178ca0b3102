"""Numbers come from a sequence on PostgreSQL: two reports at once do not wait for each other's end."""

from django.db import migrations, models


def begin(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE SEQUENCE tickets_number")
        schema_editor.execute("SELECT setval('tickets_number', (SELECT COALESCE(MAX(base), 0) + 1 FROM tickets_numberseries))")
        schema_editor.execute("UPDATE tickets_numberseries SET base = 0")  # numbers go on above the highest of any day


def back(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("UPDATE tickets_numberseries SET base = (SELECT last_value FROM tickets_number)")
        schema_editor.execute("DROP SEQUENCE tickets_number")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_queue_of_a_customer")]
    operations = [
        migrations.RenameField("numberseries", "last", "base"),
        migrations.AlterField("numberseries", "base", models.PositiveBigIntegerField(default=0, verbose_name="base")),
        migrations.RunPython(begin, back),
    ]
