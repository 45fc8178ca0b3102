from django.db import migrations, models

HELP = "1, and one more for each time the customer had not agreed in this round."


def number(apps, schema_editor):
    """Number what departments were asked so far by how often the customer had not agreed by then, as the history of the round knows."""
    Opinion, Past = apps.get_model("loops", "Opinion"), apps.get_model("loops", "HistoricalRound")
    for row in Opinion.objects.filter(round__disagreed__gt=0).iterator():
        before = Past.objects.filter(id=row.round_id, history_date__lte=row.asked_at).order_by("-disagreed").first()
        if before is not None and before.disagreed:
            Opinion.objects.filter(pk=row.pk).update(asking=before.disagreed + 1)


class Migration(migrations.Migration):
    dependencies = [
        ("loops", "0003_loop_loop_by_update"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="opinion", name="a_department_is_asked_once_a_round"),
        migrations.AddField(
            model_name="historicalopinion",
            name="asking",
            field=models.PositiveSmallIntegerField(default=1, help_text=HELP, verbose_name="number of the asking"),
        ),
        migrations.AddField(
            model_name="opinion",
            name="asking",
            field=models.PositiveSmallIntegerField(default=1, help_text=HELP, verbose_name="number of the asking"),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.UniqueConstraint(fields=["round", "department", "asking"], name="a_department_is_asked_once_a_plan"),
        ),
        migrations.RunPython(number, migrations.RunPython.noop, elidable=True),
    ]
