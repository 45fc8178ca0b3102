import uuid

from django.conf import settings
from django.db import migrations, models

OLD = "form:"
FORM = f"^{OLD}[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$"


def set_apart(apps, schema_editor):
    """Forms had their own id among the ids of other systems, where people saw and searched it."""
    tickets = apps.get_model("tickets", "Ticket")
    for ticket in tickets.objects.filter(external_id__regex=FORM).only("external_id", "search_text").iterator():
        ticket.submission = uuid.UUID(ticket.external_id.removeprefix(OLD))
        words = str(ticket.submission).split("-")
        ticket.external_id = ""
        ticket.search_text = " ".join(word for word in ticket.search_text.split() if word not in words)
        ticket.save(update_fields=["submission", "external_id", "search_text"])
    apps.get_model("tickets", "HistoricalTicket").objects.filter(external_id__regex=FORM).update(external_id="")


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0003_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="submission",
            field=models.UUIDField(editable=False, null=True, verbose_name="sent form"),
        ),
        migrations.RunPython(set_apart, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("submission__isnull", False)), fields=("reporter", "submission"), name="form_once_per_reporter"
            ),
        ),
    ]
