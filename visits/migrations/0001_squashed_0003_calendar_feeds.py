"""All migrations up to 0003_calendar_feeds in one: a new database is there in a third of the time. Databases made before keep to the old ones."""

import django.db.models.deletion
import simple_history.models
import uuid
import visits.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('visits', '0001_initial'),
        ('visits', '0003_calendar_feeds'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0004_keyed_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('customers', '0001_squashed_0005_downtimes'),
        ('tickets', '0001_squashed_0016_remote_sessions_end'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalVisit',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('support', 'on-site support'), ('inspection', 'inspection')], default='support', max_length=10, verbose_name='purpose')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('reason', models.TextField(blank=True, verbose_name='why phone and remote support do not do')),
                ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='planned from')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='planned until')),
                ('status', models.CharField(choices=[('planned', 'planned'), ('departed', 'on the way'), ('on_site', 'on site'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='planned', max_length=10, verbose_name='state')),
                ('departed_at', models.DateTimeField(blank=True, null=True, verbose_name='departed at')),
                ('arrived_at', models.DateTimeField(blank=True, null=True, verbose_name='arrived at')),
                ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='left at')),
                ('work', models.TextField(blank=True, verbose_name='what was done')),
                ('parts', models.TextField(blank=True, verbose_name='parts used')),
                ('result', models.CharField(blank=True, choices=[('solved', 'solved'), ('provisional', 'works for the time being'), ('unfinished', 'another visit is needed')], max_length=12, verbose_name='what it came to')),
                ('failure', models.CharField(blank=True, choices=[('nobody_there', 'nobody there'), ('no_access', 'no access'), ('not_ready', 'site or equipment not ready'), ('refused', 'the customer refused the work'), ('other', 'other')], max_length=14, verbose_name='why nothing could be done')),
                ('ended_because', models.CharField(blank=True, max_length=300, verbose_name='why it failed or was cancelled')),
                ('uid', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name='id in calendars')),
                ('sequence', models.PositiveIntegerField(default=0, editable=False, help_text='Counts up when time, people or state change (RFC 5545).', verbose_name='revision in calendars')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='planned by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='engineer')),
                ('office', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.office', verbose_name='office')),
                ('organization', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.organization', verbose_name='customer')),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.site', verbose_name='site')),
                ('skill', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.skill', verbose_name='skill needed')),
                ('ticket', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'historical visit',
                'verbose_name_plural': 'historical visits',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['history_date', 'id'], name='visits_hist_history_855d0e_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('support', 'on-site support'), ('inspection', 'inspection')], default='support', max_length=10, verbose_name='purpose')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('reason', models.TextField(blank=True, verbose_name='why phone and remote support do not do')),
                ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='planned from')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='planned until')),
                ('status', models.CharField(choices=[('planned', 'planned'), ('departed', 'on the way'), ('on_site', 'on site'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='planned', max_length=10, verbose_name='state')),
                ('departed_at', models.DateTimeField(blank=True, null=True, verbose_name='departed at')),
                ('arrived_at', models.DateTimeField(blank=True, null=True, verbose_name='arrived at')),
                ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='left at')),
                ('work', models.TextField(blank=True, verbose_name='what was done')),
                ('parts', models.TextField(blank=True, verbose_name='parts used')),
                ('result', models.CharField(blank=True, choices=[('solved', 'solved'), ('provisional', 'works for the time being'), ('unfinished', 'another visit is needed')], max_length=12, verbose_name='what it came to')),
                ('failure', models.CharField(blank=True, choices=[('nobody_there', 'nobody there'), ('no_access', 'no access'), ('not_ready', 'site or equipment not ready'), ('refused', 'the customer refused the work'), ('other', 'other')], max_length=14, verbose_name='why nothing could be done')),
                ('ended_because', models.CharField(blank=True, max_length=300, verbose_name='why it failed or was cancelled')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='id in calendars')),
                ('sequence', models.PositiveIntegerField(default=0, editable=False, help_text='Counts up when time, people or state change (RFC 5545).', verbose_name='revision in calendars')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('updated_at', models.DateTimeField(verbose_name='updated at')),
                ('event_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='events')),
                ('head_hash', models.CharField(default='', editable=False, max_length=64, verbose_name='hash of the record')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='planned by')),
                ('helpers', models.ManyToManyField(blank=True, related_name='assisted_visits', to=settings.AUTH_USER_MODEL, verbose_name='others who come along')),
                ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to=settings.AUTH_USER_MODEL, verbose_name='engineer')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='accounts.office', verbose_name='office')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='customers.organization', verbose_name='customer')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='customers.site', verbose_name='site')),
                ('skill', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.skill', verbose_name='skill needed')),
                ('ticket', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'visit',
                'verbose_name_plural': 'visits',
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['ticket', '-id'], name='visit_by_ticket'), models.Index(fields=['-starts_at', '-id'], name='visit_by_time'), models.Index(fields=['lead', '-starts_at', '-id'], name='visit_by_engineer'), models.Index(fields=['office', '-starts_at', '-id'], name='visit_by_office'), models.Index(fields=['site', '-starts_at', '-id'], name='visit_by_site'), models.Index(condition=models.Q(('status', 'planned'), models.Q(('lead__isnull', True), ('starts_at__isnull', True), _connector='OR')), fields=['office', 'id'], name='visit_to_schedule')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'departed', 'on_site', 'done', 'failed', 'cancelled'])), name='visit_status_is_known'), models.CheckConstraint(condition=models.Q(('purpose__in', ['support', 'inspection'])), name='visit_purpose_is_known'), models.CheckConstraint(condition=models.Q(('purpose', 'inspection'), ('ticket__isnull', False), _connector='OR'), name='support_on_site_has_a_ticket'), models.CheckConstraint(condition=models.Q(models.Q(('ends_at__isnull', True), ('starts_at__isnull', True)), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='visit_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'cancelled', 'failed']), ('lead__isnull', False), _connector='OR'), name='who_travels_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'departed'), _negated=True), ('departed_at__isnull', False), _connector='OR'), name='a_departure_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['on_site', 'done']), _negated=True), ('arrived_at__isnull', False), _connector='OR'), name='an_arrival_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'done'), _negated=True), ('left_at__isnull', False), _connector='OR'), name='a_done_visit_has_an_end'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'failed'), _negated=True), models.Q(('failure', ''), _negated=True), _connector='OR'), name='a_failed_visit_has_a_cause'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'support'), ('status', 'done'), _negated=True), models.Q(('result', ''), _negated=True), _connector='OR'), name='support_on_site_comes_to_something')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalVisit_helpers',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='visits.historicalvisit')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='visits.visit')),
            ],
            options={
                'verbose_name': 'HistoricalVisit_helpers',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='VisitEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(default='', editable=False, help_text='Of this line and all before it.', max_length=64, verbose_name='hash')),
                ('seq', models.PositiveIntegerField(verbose_name='place in the record')),
                ('type', models.CharField(choices=[('planned', 'planned'), ('scheduled', 'scheduled'), ('told', 'customer told'), ('plan_proposed', 'plan of work proposed'), ('plan_approved', 'plan of work approved by the customer'), ('plan_rejected', 'plan of work rejected by the customer'), ('plan_overridden', "work begun without the customer's approval"), ('departed', 'engineer departed'), ('checked_in', 'engineer checked in on site'), ('request_signed', 'request to work on site signed'), ('request_refused', 'request to work on site not signed'), ('worked', 'work noted'), ('photo', 'photo taken'), ('checked_out', 'engineer checked out'), ('confirmed', 'service confirmation signed'), ('not_confirmed', 'service confirmation not signed'), ('failed', 'visit failed'), ('cancelled', 'visit cancelled')], max_length=16, verbose_name='type')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='facts')),
                ('key', models.UUIDField(blank=True, help_text='Made on the phone: what is sent twice is kept once.', null=True, verbose_name='key of the sending')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='visits.visit', verbose_name='visit')),
            ],
            options={
                'verbose_name': 'event of a visit',
                'verbose_name_plural': 'events of visits',
                'ordering': ('visit', 'seq'),
                'constraints': [models.UniqueConstraint(fields=('visit', 'seq'), name='visit_event_place_once'), models.UniqueConstraint(condition=models.Q(('key__isnull', False)), fields=('visit', 'key'), name='visit_sending_once')],
            },
        ),
        migrations.CreateModel(
            name='VisitPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, upload_to=visits.models.upload_path, verbose_name='file')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('size', models.PositiveIntegerField(verbose_name='size, bytes')),
                ('content_type', models.CharField(max_length=100, verbose_name='content type')),
                ('caption', models.CharField(blank=True, max_length=120, verbose_name='caption')),
                ('taken_at', models.DateTimeField(verbose_name='taken at')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='visits.visitevent', verbose_name='event')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken by')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='visits.visit', verbose_name='visit')),
            ],
            options={
                'verbose_name': 'photo of a visit',
                'verbose_name_plural': 'photos of visits',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.CharField(max_length=12, verbose_name='begins with')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(verbose_name='made at')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used at')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to='accounts.office', verbose_name='visits of the office')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL, verbose_name='whose visits')),
            ],
            options={
                'verbose_name': 'calendar feed',
                'verbose_name_plural': 'calendar feeds',
                'ordering': ('-id',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('office__isnull', True), ('owner__isnull', False)), models.Q(('office__isnull', False), ('owner__isnull', True)), _connector='OR'), name='feed_of_a_person_or_an_office')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalCalendarFeed',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('start', models.CharField(max_length=12, verbose_name='begins with')),
                ('created_at', models.DateTimeField(verbose_name='made at')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.office', verbose_name='visits of the office')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='whose visits')),
            ],
            options={
                'verbose_name': 'historical calendar feed',
                'verbose_name_plural': 'historical calendar feeds',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['history_date', 'id'], name='visits_hist_history_fe234e_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
