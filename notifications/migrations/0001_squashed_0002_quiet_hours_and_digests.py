"""All migrations up to 0002_quiet_hours_and_digests in one: a new database is there in a third of the time. Databases made before keep to the old ones."""

import datetime
import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('notifications', '0001_initial'),
        ('notifications', '0002_quiet_hours_and_digests'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(blank=True, help_text='Of somebody who has no account.', max_length=254, verbose_name='e-mail address')),
                ('language', models.CharField(blank=True, help_text="Empty: the recipient's own.", max_length=10, verbose_name='language')),
                ('channel', models.CharField(choices=[('inbox', 'inbox'), ('email', 'e-mail')], max_length=8, verbose_name='channel')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('context', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='content')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='link')),
                ('dedupe_key', models.CharField(max_length=300, unique=True, verbose_name='told once by')),
                ('urgent', models.BooleanField(default=False, verbose_name='urgent')),
                ('at_once', models.BooleanField(default=False, help_text='Waits for no quiet hours: severity 1.', verbose_name='at once')),
                ('waits', models.CharField(blank=True, choices=[('quiet', 'quiet hours of the recipient'), ('digest', 'collected into one mail, as there were many'), ('minute', 'one mail a minute at most')], max_length=8, verbose_name='waits because')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('state', models.CharField(choices=[('pending', 'to be sent'), ('sent', 'sent'), ('failed', 'given up')], default='pending', max_length=8, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), verbose_name='next try at')),
                ('leased_until', models.DateTimeField(blank=True, null=True, verbose_name='being sent until')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                ('last_error', models.CharField(blank=True, max_length=500, verbose_name='last error')),
                ('carried_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carries', to='notifications.message', verbose_name='went with')),
                ('recipient', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ('-id',),
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['-urgent', 'next_try_at', 'id'], name='message_to_deliver'), models.Index(condition=models.Q(('state', 'failed')), fields=['-id'], name='message_given_up'), models.Index(condition=models.Q(('carried_by__isnull', False)), fields=['carried_by'], name='message_carried'), models.Index(condition=models.Q(('carried_by__isnull', True), ('channel', 'email'), ('kind__in', ['escalation'])), fields=['recipient', 'state', '-sent_at'], name='message_collected'), models.Index(condition=models.Q(('channel', 'inbox')), fields=['recipient', '-id'], name='message_inbox'), models.Index(condition=models.Q(('channel', 'inbox'), ('read_at__isnull', True)), fields=['recipient'], name='message_unread')],
                'constraints': [models.CheckConstraint(condition=models.Q(('recipient__isnull', False), models.Q(('channel', 'email'), models.Q(('address', ''), _negated=True)), _connector='OR'), name='message_goes_to_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('sent_at__isnull', True), ('state__in', ['pending', 'failed'])), _connector='OR'), name='message_sent_is_dated')],
            },
        ),
    ]
