from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, Q

HELP = "While the customer's word is awaited."


def await_words(apps, schema_editor):
    """Have those reminded who are asked now, a day after they were."""
    running = apps.get_model("loops", "Round").objects.filter(number=F("loop__rounds"))
    for stage, asked_at in (("told", "told_at"), ("verifying", "close_requested_at")):
        for pk, moment in running.filter(loop__stage=stage, told_at__isnull=False).values_list("pk", asked_at):
            running.model.objects.filter(pk=pk).update(remind_at=moment + timedelta(days=1))


class Migration(migrations.Migration):
    dependencies = [
        ("loops", "0005_anonymous_messages_are_discreet"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name="remind_at",
                field=models.DateTimeField(blank=True, help_text=HELP, null=True, verbose_name="next reminder"),
            )
            for model in ("historicalround", "round")
        ),
        *(
            migrations.AddField(
                model_name=model, name="reminded", field=models.PositiveSmallIntegerField(default=0, verbose_name="reminders sent")
            )
            for model in ("historicalround", "round")
        ),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(fields=["remind_at", "id"], condition=Q(remind_at__isnull=False), name="round_to_remind"),
        ),
        migrations.RunPython(await_words, migrations.RunPython.noop, elidable=True),
    ]
