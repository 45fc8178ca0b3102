"""Why a mail waits, and which mail it went with."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='at_once',
            field=models.BooleanField(default=False, help_text='Waits for no quiet hours: severity 1.', verbose_name='at once'),
        ),
        migrations.AddField(
            model_name='message',
            name='carried_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carries', to='notifications.message', verbose_name='went with'),
        ),
        migrations.AddField(
            model_name='message',
            name='waits',
            field=models.CharField(blank=True, choices=[('quiet', 'quiet hours of the recipient'), ('digest', 'collected into one mail, as there were many'), ('minute', 'one mail a minute at most')], max_length=8, verbose_name='waits because'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('carried_by__isnull', False)), fields=['carried_by'], name='message_carried'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('carried_by__isnull', True), ('channel', 'email'), ('kind__in', ['escalation'])), fields=['recipient', 'state', '-sent_at'], name='message_collected'),
        ),
    ]
