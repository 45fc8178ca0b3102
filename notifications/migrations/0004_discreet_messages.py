
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_chat_channels"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="is_discreet",
            field=models.BooleanField(
                default=False,
                help_text="Whom it goes to is named to nobody: they said something without being named.",
                verbose_name="discreet",
            ),
        ),
    ]
