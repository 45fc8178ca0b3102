from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbound", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="arrival",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="inbound.arrival",
                verbose_name="message whose files wait with it",
            ),
        ),
    ]
