"""All migrations up to 0007_time_left_out in one: a new database is there in a third of the time. Databases made before keep to the old ones."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('sla', '0001_initial'),
        ('sla', '0002_clock_decided'),
        ('sla', '0003_what_a_sweep_writes'),
        ('sla', '0004_audit'),
        ('sla', '0005_calendar_drafts_and_changes'),
        ('sla', '0006_acknowledgements_and_actions'),
        ('sla', '0007_time_left_out'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='name in English')),
            ],
            options={
                'verbose_name': 'calendar',
                'verbose_name_plural': 'calendars',
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calendars', models.JSONField(default=dict, help_text='Calendar code → id of the version that holds.', verbose_name='calendar versions')),
                ('situation', models.JSONField(default=dict, help_text='Kind, severity, channel, warranty … when it was reported.', verbose_name='situation')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
            ],
            options={
                'verbose_name': 'commitment',
                'verbose_name_plural': 'commitments',
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='name in English')),
            ],
            options={
                'verbose_name': 'service plan',
                'verbose_name_plural': 'service plans',
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='Audit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('begun_at', models.DateTimeField(verbose_name='begun at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('reached', models.BigIntegerField(default=0, verbose_name='compared up to commitment')),
                ('checked', models.PositiveIntegerField(default=0, verbose_name='commitments compared')),
                ('differing', models.PositiveIntegerField(default=0, verbose_name='commitments that differ')),
            ],
            options={
                'verbose_name': 'audit',
                'verbose_name_plural': 'audits',
                'ordering': ('-day',),
                'indexes': [models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['day'], name='audit_under_way')],
            },
        ),
        migrations.CreateModel(
            name='CalendarVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('valid_from', models.DateTimeField(verbose_name='valid from')),
                ('data', models.JSONField(verbose_name='content')),
                ('checksum', models.CharField(max_length=64, verbose_name='checksum')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='sla.calendar', verbose_name='calendar')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
            ],
            options={
                'verbose_name': 'calendar version',
                'verbose_name_plural': 'calendar versions',
                'ordering': ('-number',),
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('calendar', 'number'), name='calendar_version_number_once')],
            },
        ),
        migrations.CreateModel(
            name='CalendarDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data', models.JSONField(verbose_name='content')),
                ('revision', models.PositiveIntegerField(default=0, verbose_name='revision')),
                ('begun_at', models.DateTimeField(verbose_name='begun at')),
                ('changed_at', models.DateTimeField(verbose_name='changed at')),
                ('begun_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by')),
                ('calendar', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='sla.calendar', verbose_name='calendar')),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendarversion', verbose_name='written from version')),
            ],
            options={
                'verbose_name': 'calendar draft',
                'verbose_name_plural': 'calendar drafts',
            },
        ),
        migrations.CreateModel(
            name='CalendarChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('new', 'only new tickets count in it'), ('carry', 'running clocks count on in it; what was counted stays counted'), ('again', 'running clocks are settled again, as if it had always held')], default='carry', max_length=5, verbose_name='what becomes of running clocks')),
                ('moved', models.PositiveIntegerField(default=0, verbose_name='tickets moved')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='change', to='sla.calendarversion', verbose_name='calendar version')),
            ],
            options={
                'verbose_name': 'calendar change',
                'verbose_name_plural': 'calendar changes',
                'indexes': [models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['id'], name='calendar_change_under_way')],
                'constraints': [models.CheckConstraint(condition=models.Q(('way__in', ['new', 'carry', 'again'])), name='calendar_change_way_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cycle', models.PositiveSmallIntegerField(default=1, verbose_name='cycle')),
                ('promise', models.SlugField(db_index=False, max_length=40, verbose_name='promise')),
                ('measure', models.CharField(max_length=20, verbose_name='measure')),
                ('state', models.CharField(choices=[('pending', 'not started'), ('running', 'running'), ('paused', 'paused'), ('met', 'met'), ('missed', 'missed'), ('void', 'no longer applies')], default='pending', max_length=8, verbose_name='state')),
                ('is_strictest', models.BooleanField(default=True, verbose_name='strictest of its measure')),
                ('started_at', models.DateTimeField(null=True, verbose_name='started at')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due at')),
                ('stopped_at', models.DateTimeField(null=True, verbose_name='stopped at')),
                ('missed_at', models.DateTimeField(null=True, verbose_name='missed at')),
                ('paused_at', models.DateTimeField(null=True, verbose_name='paused at')),
                ('target_seconds', models.PositiveIntegerField(null=True, verbose_name='target, seconds')),
                ('remaining_seconds', models.IntegerField(null=True, verbose_name='remaining when last settled, seconds')),
                ('waited_seconds', models.PositiveIntegerField(help_text='Empty: settled before this was counted.', null=True, verbose_name='left out for pauses, seconds')),
                ('disputed_seconds', models.PositiveIntegerField(null=True, verbose_name='left out for disputed pauses, seconds')),
                ('withdrawn_seconds', models.PositiveIntegerField(null=True, verbose_name='left out for pauses withdrawn since, seconds')),
                ('pause_is_disputed', models.BooleanField(default=False, verbose_name='the pause that lasts is disputed')),
                ('attend_at', models.DateTimeField(null=True, verbose_name='next attention at')),
                ('calendar_version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendarversion', verbose_name='calendar version')),
                ('commitment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='sla.commitment', verbose_name='commitment')),
            ],
            options={
                'verbose_name': 'clock',
                'verbose_name_plural': 'clocks',
                'ordering': ('cycle', 'id'),
                'indexes': [models.Index(condition=models.Q(('attend_at__isnull', False)), fields=['attend_at', 'id'], name='clock_by_attention'), models.Index(fields=['promise', 'started_at'], name='clock_by_promise_and_start'), models.Index(condition=models.Q(('stopped_at__isnull', False)), fields=['stopped_at'], name='clock_by_stop'), models.Index(condition=models.Q(('missed_at__isnull', False)), fields=['missed_at'], name='clock_by_miss'), models.Index(condition=models.Q(('state__in', ['pending', 'running', 'paused', 'missed']), ('stopped_at__isnull', True)), fields=['calendar_version', 'commitment'], name='clock_by_calendar')],
                'constraints': [models.UniqueConstraint(fields=('commitment', 'cycle', 'promise'), name='one_clock_per_promise_and_cycle'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'running', 'paused', 'met', 'missed', 'void'])), name='clock_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'paused'), _negated=True), ('due_at__isnull', True), _connector='OR'), name='paused_clock_has_no_due_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'met'), _negated=True), ('stopped_at__isnull', False), _connector='OR'), name='met_clock_was_stopped')],
            },
        ),
        migrations.CreateModel(
            name='AuditFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promise', models.CharField(max_length=40, verbose_name='promise')),
                ('cycle', models.PositiveSmallIntegerField(verbose_name='cycle')),
                ('column', models.CharField(blank=True, max_length=40, verbose_name='column')),
                ('stored', models.CharField(blank=True, max_length=60, verbose_name='stored')),
                ('settled', models.CharField(blank=True, max_length=60, verbose_name='settled')),
                ('found_at', models.DateTimeField(verbose_name='found at')),
                ('audit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='sla.audit', verbose_name='audit')),
                ('commitment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sla.commitment', verbose_name='commitment')),
            ],
            options={
                'verbose_name': 'audit finding',
                'verbose_name_plural': 'audit findings',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.SlugField(db_index=False, max_length=40, verbose_name='level')),
                ('rank', models.PositiveSmallIntegerField(verbose_name='rank')),
                ('due_at', models.DateTimeField(verbose_name='due at that time')),
                ('planned_at', models.DateTimeField(verbose_name='planned at')),
                ('fired_at', models.DateTimeField(verbose_name='fired at')),
                ('outcome', models.CharField(choices=[('fired', 'fired'), ('skipped', 'skipped: a higher level was reached at once')], default='fired', max_length=8, verbose_name='outcome')),
                ('unanswered', models.SlugField(blank=True, db_index=False, help_text='The level below that nobody acknowledged, where this one was reached for it before its own time.', max_length=40, verbose_name='for want of an acknowledgement of')),
                ('told', models.JSONField(default=list, help_text='Ids of the users that were told.', verbose_name='people told')),
                ('done', models.JSONField(default=list, help_text='What the level did, or found nothing to do for.', verbose_name='done by the level')),
                ('acknowledged_at', models.DateTimeField(null=True, verbose_name='acknowledged at')),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acknowledged by')),
                ('clock', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='escalations', to='sla.clock', verbose_name='clock')),
            ],
            options={
                'verbose_name': 'escalation',
                'verbose_name_plural': 'escalations',
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['-fired_at', '-id'], name='escalation_newest_first'), models.Index(condition=models.Q(('acknowledged_at__isnull', True), ('outcome', 'fired')), fields=['-id'], name='escalation_waiting')],
                'constraints': [models.UniqueConstraint(fields=('clock', 'level', 'due_at'), name='each_level_once_per_due_time'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False)), _connector='OR'), name='acknowledged_by_name')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalCalendar',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='name in English')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical calendar',
                'verbose_name_plural': 'historical calendars',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['history_date', 'id'], name='sla_histori_history_d47c6e_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPlan',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='name in English')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical service plan',
                'verbose_name_plural': 'historical service plans',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['history_date', 'id'], name='sla_histori_history_16e520_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('valid_from', models.DateTimeField(verbose_name='valid from')),
                ('data', models.JSONField(verbose_name='content')),
                ('checksum', models.CharField(max_length=64, verbose_name='checksum')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='sla.plan', verbose_name='service plan')),
            ],
            options={
                'verbose_name': 'plan version',
                'verbose_name_plural': 'plan versions',
                'ordering': ('-number',),
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('plan', 'number'), name='plan_version_number_once')],
            },
        ),
        migrations.AddField(
            model_name='commitment',
            name='plan_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='sla.planversion', verbose_name='plan version'),
        ),
    ]
