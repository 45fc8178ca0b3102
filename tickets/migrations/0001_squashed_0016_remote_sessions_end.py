"""All migrations up to 0016_remote_sessions_end in one: a new database is there in a third of the time. Databases made before keep to the old ones."""

import datetime
import django.db.models.deletion
import simple_history.models
import tickets.models.record
from django.conf import settings
from django.db import migrations, models

# An index for the search words (SQLite searches without one); room in each page of the table, so that a row that is rewritten
# stays beside itself and no index is touched; numbers from a sequence, so that two reports at once do not wait for each other.
ON_POSTGRESQL = (
    "CREATE INDEX IF NOT EXISTS ticket_search ON tickets_ticket USING gin (to_tsvector('simple', search_text))",
    "ALTER TABLE tickets_ticket SET (fillfactor = 50)",
    "CREATE SEQUENCE tickets_number",
)


def prepare_postgresql(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in ON_POSTGRESQL:
            schema_editor.execute(statement)


def drop_sequence(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP SEQUENCE tickets_number")


class Migration(migrations.Migration):

    replaces = [
        ('tickets', '0001_initial'),
        ('tickets', '0002_search_index'),
        ('tickets', '0003_figures'),
        ('tickets', '0004_sent_form'),
        ('tickets', '0005_kinds_and_moves_of_all_plans'),
        ('tickets', '0006_room_to_rewrite'),
        ('tickets', '0007_queue_of_a_customer'),
        ('tickets', '0008_numbers_from_a_sequence'),
        ('tickets', '0009_rehearsals'),
        ('tickets', '0010_calendar_changed'),
        ('tickets', '0011_canaries'),
        ('tickets', '0012_deeds_of_levels'),
        ('tickets', '0013_waits_and_objections'),
        ('tickets', '0014_kept_disputed'),
        ('tickets', '0015_chained_records'),
        ('tickets', '0016_remote_sessions_end'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0004_keyed_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('customers', '0001_squashed_0005_downtimes'),
        ('sla', '0001_squashed_0007_time_left_out'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False, verbose_name='day')),
                ('base', models.PositiveBigIntegerField(default=0, verbose_name='base')),
            ],
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'tag',
                'verbose_name_plural': 'tags',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Rehearsal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField(verbose_name='content of the draft')),
                ('calendars', models.JSONField(default=dict, help_text='Calendar code → number of the version (null: a draft) and its content.', verbose_name='calendars tried')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('asked_at', models.DateTimeField(verbose_name='asked for at')),
                ('state', models.CharField(choices=[('waiting', 'waiting for a worker'), ('running', 'under way'), ('finished', 'finished'), ('cancelled', 'cancelled'), ('failed', 'could not go on')], default='waiting', max_length=9, verbose_name='state')),
                ('total', models.PositiveIntegerField(verbose_name='tickets')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='tickets settled')),
                ('differing', models.PositiveIntegerField(default=0, verbose_name='tickets that would stand otherwise')),
                ('reached_at', models.DateTimeField(null=True, verbose_name='settled up to what was reported at')),
                ('reached', models.BigIntegerField(default=0, verbose_name='settled up to ticket')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('trouble', models.CharField(blank=True, max_length=300, verbose_name='why it could not go on')),
                ('asked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.planversion', verbose_name='version in force')),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cancelled by')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.plan', verbose_name='service plan')),
            ],
            options={
                'verbose_name': 'rehearsal',
                'verbose_name_plural': 'rehearsals',
                'ordering': ('-id',),
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['id'], name='rehearsal_to_go_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lte', models.F('last'))), name='rehearsal_days_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['waiting', 'running']), _negated=True), ('ended_at__isnull', True), _connector='OR'), name='rehearsal_ends_once')],
            },
        ),
        migrations.CreateModel(
            name='RehearsalCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promise', models.CharField(max_length=40, verbose_name='promise')),
                ('kept_before', models.PositiveIntegerField(default=0, verbose_name='kept')),
                ('missed_before', models.PositiveIntegerField(default=0, verbose_name='missed')),
                ('running_before', models.PositiveIntegerField(default=0, verbose_name='running')),
                ('kept_after', models.PositiveIntegerField(default=0, verbose_name='kept under the draft')),
                ('missed_after', models.PositiveIntegerField(default=0, verbose_name='missed under the draft')),
                ('running_after', models.PositiveIntegerField(default=0, verbose_name='running under the draft')),
                ('newly_missed', models.PositiveIntegerField(default=0, verbose_name='newly missed')),
                ('newly_kept', models.PositiveIntegerField(default=0, verbose_name='newly kept')),
                ('other', models.PositiveIntegerField(default=0, verbose_name='otherwise different')),
                ('added', models.PositiveIntegerField(default=0, verbose_name='promised only by the draft')),
                ('dropped', models.PositiveIntegerField(default=0, verbose_name='no longer promised')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.organization', verbose_name='organization')),
                ('rehearsal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='tickets.rehearsal', verbose_name='rehearsal')),
            ],
            options={
                'verbose_name': 'count of a rehearsal',
                'verbose_name_plural': 'counts of a rehearsal',
                'constraints': [models.UniqueConstraint(fields=('rehearsal', 'promise', 'organization'), name='one_count_per_rehearsal_promise_customer')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.CharField(max_length=500, verbose_name='filters')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='view_name_once_per_person')],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('fault', 'fault'), ('consultation', 'consultation'), ('complaint', 'complaint'), ('request', 'service request'), ('inquiry', 'feedback on an inquiry')], max_length=12, verbose_name='kind')),
                ('severity', models.PositiveSmallIntegerField(verbose_name='severity')),
                ('status', models.CharField(choices=[('new', 'new'), ('accepted', 'accepted'), ('in_progress', 'in progress'), ('waiting', 'waiting'), ('resolved', 'resolved'), ('reopened', 'reopened'), ('closed', 'closed'), ('cancelled', 'cancelled')], default='new', max_length=12, verbose_name='status')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('channel', models.CharField(choices=[('portal', 'portal'), ('phone', 'phone'), ('email', 'e-mail'), ('fax', 'fax'), ('api', 'API'), ('onsite', 'on site')], max_length=8, verbose_name='channel')),
                ('external_id', models.CharField(blank=True, max_length=120, verbose_name='external id')),
                ('submission', models.UUIDField(editable=False, null=True, verbose_name='sent form')),
                ('in_warranty', models.BooleanField(default=False, verbose_name='in warranty when reported')),
                ('is_free', models.BooleanField(default=False, verbose_name='free of charge')),
                ('contact_name', models.CharField(blank=True, max_length=80, verbose_name='contact')),
                ('contact_phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('wait_cause', models.CharField(blank=True, max_length=200, verbose_name='waiting for')),
                ('wait_owner', models.CharField(blank=True, choices=[('customer', 'customer'), ('third_party', 'third party'), ('logistics', 'logistics'), ('vendor', 'vendor')], max_length=12, verbose_name='in whose hands')),
                ('wait_code', models.CharField(blank=True, help_text='The code of a cause of the service plan.', max_length=40, verbose_name='cause of waiting')),
                ('wait_until', models.DateTimeField(blank=True, help_text='When the wait ends by itself.', null=True, verbose_name='waiting until')),
                ('vendor_called_at', models.DateTimeField(blank=True, help_text='When a level of the ladder called on the vendor: the last tier of support.', null=True, verbose_name='vendor called on at')),
                ('resolution', models.TextField(blank=True, verbose_name='solution')),
                ('solved_remotely', models.BooleanField(blank=True, null=True, verbose_name='solved remotely')),
                ('created_at', models.DateTimeField(verbose_name='reported at')),
                ('updated_at', models.DateTimeField(verbose_name='updated at')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='resolved at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('event_count', models.PositiveIntegerField(default=0, verbose_name='events')),
                ('head_hash', models.CharField(default='', editable=False, max_length=64, verbose_name='hash of the record')),
                ('queue_at', models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), help_text='When the next promise is due; far away when none is.', verbose_name='next promise due at')),
                ('last_public_at', models.DateTimeField(blank=True, null=True, verbose_name='last public message at')),
                ('search_text', models.TextField(blank=True, verbose_name='search words')),
                ('is_counted', models.BooleanField(default=False, help_text='Whether the daily figures know how the ticket stands now; every change takes it back.', verbose_name='counted')),
                ('counted_days', models.JSONField(blank=True, help_text='The days in whose figures the ticket stands.', null=True, verbose_name='counted on')),
                ('is_canary', models.BooleanField(default=False, editable=False, help_text='Reported by the desk itself to prove that it works; in no list or figure.', verbose_name='canary')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assigned_tickets', to=settings.AUTH_USER_MODEL, verbose_name='assignee')),
                ('commitment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ticket', to='sla.commitment', verbose_name='commitment')),
                ('contract', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='customers.contract', verbose_name='contract')),
                ('equipment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='customers.equipment', verbose_name='equipment')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='accounts.office', verbose_name='office')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='customers.organization', verbose_name='organization')),
                ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reported_tickets', to=settings.AUTH_USER_MODEL, verbose_name='reported by')),
                ('site', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='customers.site', verbose_name='site')),
                ('tags', models.ManyToManyField(blank=True, related_name='tickets', to='tickets.tag', verbose_name='tags')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tickets', to='accounts.team', verbose_name='team')),
                ('watchers', models.ManyToManyField(blank=True, related_name='watched_tickets', to=settings.AUTH_USER_MODEL, verbose_name='watchers')),
            ],
            options={
                'verbose_name': 'ticket',
                'verbose_name_plural': 'tickets',
                'ordering': ('-id',),
                'indexes': [models.Index(condition=models.Q(('status__in', ['accepted', 'in_progress', 'new', 'reopened', 'waiting'])), fields=['queue_at', 'id'], name='queue_open'), models.Index(condition=models.Q(('status__in', ['accepted', 'in_progress', 'new', 'reopened', 'waiting'])), fields=['assignee', 'queue_at', 'id'], name='queue_mine'), models.Index(condition=models.Q(('status__in', ['accepted', 'in_progress', 'new', 'reopened', 'waiting'])), fields=['office', 'queue_at', 'id'], name='queue_office'), models.Index(condition=models.Q(('status__in', ['accepted', 'in_progress', 'new', 'reopened', 'waiting'])), fields=['team', 'queue_at', 'id'], name='queue_team'), models.Index(condition=models.Q(('status__in', ['accepted', 'in_progress', 'new', 'reopened', 'waiting'])), fields=['organization', 'queue_at', 'id'], name='queue_customer'), models.Index(condition=models.Q(('status__in', ['accepted', 'in_progress', 'new', 'reopened', 'waiting'])), fields=['equipment', 'queue_at', 'id'], name='queue_equipment'), models.Index(fields=['organization', '-id'], name='ticket_by_organization'), models.Index(fields=['site', '-id'], name='ticket_by_site'), models.Index(condition=models.Q(('status', 'resolved')), fields=['status', 'resolved_at'], name='ticket_to_close'), models.Index(condition=models.Q(('status', 'waiting'), ('wait_until__isnull', False)), fields=['wait_until'], name='ticket_to_wake'), models.Index(fields=['created_at', 'id'], name='ticket_by_creation'), models.Index(fields=['updated_at', 'id'], name='ticket_by_update'), models.Index(condition=models.Q(('resolved_at__isnull', False)), fields=['resolved_at', 'kind', 'severity', 'created_at'], name='ticket_by_solution'), models.Index(condition=models.Q(('is_counted', False)), fields=['id'], name='ticket_to_count')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('organization', 'external_id'), name='external_id_once_per_organization'), models.UniqueConstraint(condition=models.Q(('submission__isnull', False)), fields=('reporter', 'submission'), name='form_once_per_reporter'), models.CheckConstraint(condition=models.Q(('severity__gte', 1), ('severity__lte', 4)), name='severity_is_1_to_4'), models.CheckConstraint(condition=models.Q(('status__in', ('new', 'accepted', 'in_progress', 'waiting', 'resolved', 'reopened', 'closed', 'cancelled'))), name='ticket_status_is_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['fault', 'consultation', 'complaint', 'request', 'inquiry'])), name='ticket_kind_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'waiting'), _negated=True), models.Q(('wait_owner', ''), _negated=True), _connector='OR'), name='a_wait_has_an_owner'), models.CheckConstraint(condition=models.Q(('is_canary', False), ('status', 'cancelled'), _connector='OR'), name='a_canary_is_never_open'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at__isnull', False), _connector='OR'), name='closed_has_a_time')],
            },
        ),
        migrations.CreateModel(
            name='RehearsalFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promise', models.CharField(max_length=40, verbose_name='promise')),
                ('cycle', models.PositiveSmallIntegerField(verbose_name='cycle')),
                ('change', models.CharField(choices=[('newly_missed', 'newly missed'), ('newly_kept', 'newly kept'), ('other', 'otherwise different'), ('added', 'promised only by the draft'), ('dropped', 'no longer promised')], max_length=12, verbose_name='change')),
                ('before', models.CharField(blank=True, max_length=8, verbose_name='now')),
                ('after', models.CharField(blank=True, max_length=8, verbose_name='under the draft')),
                ('due_before', models.DateTimeField(null=True, verbose_name='due')),
                ('due_after', models.DateTimeField(null=True, verbose_name='due under the draft')),
                ('stopped_at', models.DateTimeField(null=True, verbose_name='stopped at')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.organization', verbose_name='organization')),
                ('rehearsal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='tickets.rehearsal', verbose_name='rehearsal')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'finding of a rehearsal',
                'verbose_name_plural': 'findings of a rehearsal',
                'ordering': ('id',),
                'indexes': [models.Index(fields=['rehearsal', 'id'], name='finding_in_order'), models.Index(fields=['rehearsal', 'change', 'id'], name='finding_by_change'), models.Index(fields=['rehearsal', 'promise', 'id'], name='finding_by_promise'), models.Index(fields=['rehearsal', 'organization', 'id'], name='finding_by_customer')],
                'constraints': [models.UniqueConstraint(fields=('rehearsal', 'ticket', 'cycle', 'promise'), name='one_finding_per_rehearsal_and_clock')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(default='', editable=False, help_text='Of this line and all before it.', max_length=64, verbose_name='hash')),
                ('seq', models.PositiveIntegerField(verbose_name='place in the record')),
                ('type', models.CharField(choices=[('reported', 'reported'), ('registered', 'registered and classified'), ('assigned', 'assigned'), ('accepted', 'accepted'), ('contacted', 'customer contacted'), ('replied', 'customer replied'), ('noted', 'internal note'), ('team_formed', 'emergency team formed'), ('opinion_asked', 'department asked'), ('opinion_given', "department's opinion recorded"), ('diagnosis_delivered', 'diagnosis delivered'), ('diagnosis_rejected', 'diagnosis rejected'), ('remote_agreed', 'remote support agreed'), ('remote_started', 'remote support begun'), ('remote_ended', 'remote support ended'), ('onsite_requested', 'on-site work requested'), ('departed', 'engineer departed'), ('checked_in', 'engineer checked in on site'), ('left', 'engineer left the site'), ('hold', 'put on hold'), ('resumed', 'resumed'), ('arrival_moved', 'expected arrival moved'), ('pause_objected', 'customer objected to the pause'), ('objection_upheld', 'objection upheld, pause withdrawn'), ('objection_refused', 'objection refused, pause stands'), ('severity_changed', 'severity changed'), ('calendar_changed', 'calendar changed'), ('stopgap', 'stop-gap in place'), ('resolved', 'resolved'), ('confirmed', 'solution confirmed'), ('rejected', 'solution rejected'), ('reopened', 'reopened'), ('closed', 'closed'), ('cancelled', 'cancelled'), ('followed_up', 'followed up'), ('escalated', 'escalated'), ('acknowledged', 'escalation acknowledged'), ('reassigned', 'passed on by a level'), ('team_called', 'emergency team called by a level'), ('vendor_called', 'vendor called on by a level'), ('linked', 'linked'), ('attached', 'file attached')], max_length=20, verbose_name='type')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('is_public', models.BooleanField(default=True, verbose_name='shown to the customer')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='facts')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ('ticket', 'seq'),
                'indexes': [models.Index(fields=['type', 'at'], name='event_by_type_and_time')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'seq'), name='event_place_once_per_ticket')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, upload_to=tickets.models.record.upload_path, verbose_name='file')),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('size', models.PositiveIntegerField(verbose_name='size, bytes')),
                ('content_type', models.CharField(max_length=100, verbose_name='content type')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('is_public', models.BooleanField(default=True, verbose_name='shown to the customer')),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded at')),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tickets.event', verbose_name='event')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='TicketLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('related', 'related to'), ('child', 'part of'), ('duplicate', 'duplicate of'), ('follows', 'follows'), ('caused_by', 'caused by')], default='related', max_length=10, verbose_name='kind')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_out', to='tickets.ticket', verbose_name='ticket')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_in', to='tickets.ticket', verbose_name='other ticket')),
            ],
            options={
                'verbose_name': 'link between tickets',
                'verbose_name_plural': 'links between tickets',
                'constraints': [models.UniqueConstraint(fields=('source', 'target', 'kind'), name='one_link_of_a_kind'), models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='no_link_to_itself')],
            },
        ),
        migrations.CreateModel(
            name='DailyFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('axis', models.CharField(choices=[('promise', 'promise'), ('severity', 'severity'), ('customer', 'customer'), ('engineer', 'engineer')], max_length=8, verbose_name='counted by')),
                ('key', models.CharField(max_length=40, verbose_name='of which')),
                ('met', models.PositiveIntegerField(verbose_name='promises kept')),
                ('missed', models.PositiveIntegerField(verbose_name='promises missed')),
                ('remote', models.PositiveIntegerField(verbose_name='faults solved remotely')),
                ('onsite', models.PositiveIntegerField(verbose_name='faults solved on site')),
                ('reported', models.PositiveIntegerField(verbose_name='tickets reported')),
                ('resolved', models.PositiveIntegerField(verbose_name='tickets solved')),
                ('disputed', models.PositiveIntegerField(default=0, help_text='Of those kept: only thanks to a pause that is disputed or was withdrawn since.', verbose_name='promises kept, disputed')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office', verbose_name='office')),
            ],
            options={
                'verbose_name': 'daily figure',
                'verbose_name_plural': 'daily figures',
                'ordering': ('day', 'office', 'axis', 'key'),
                'constraints': [models.UniqueConstraint(fields=('day', 'axis', 'key', 'office'), name='one_figure_a_day_office_and_key')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalTicket',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('number', models.CharField(db_index=True, max_length=24, verbose_name='number')),
                ('kind', models.CharField(choices=[('fault', 'fault'), ('consultation', 'consultation'), ('complaint', 'complaint'), ('request', 'service request'), ('inquiry', 'feedback on an inquiry')], max_length=12, verbose_name='kind')),
                ('severity', models.PositiveSmallIntegerField(verbose_name='severity')),
                ('status', models.CharField(choices=[('new', 'new'), ('accepted', 'accepted'), ('in_progress', 'in progress'), ('waiting', 'waiting'), ('resolved', 'resolved'), ('reopened', 'reopened'), ('closed', 'closed'), ('cancelled', 'cancelled')], default='new', max_length=12, verbose_name='status')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('channel', models.CharField(choices=[('portal', 'portal'), ('phone', 'phone'), ('email', 'e-mail'), ('fax', 'fax'), ('api', 'API'), ('onsite', 'on site')], max_length=8, verbose_name='channel')),
                ('external_id', models.CharField(blank=True, max_length=120, verbose_name='external id')),
                ('in_warranty', models.BooleanField(default=False, verbose_name='in warranty when reported')),
                ('is_free', models.BooleanField(default=False, verbose_name='free of charge')),
                ('contact_name', models.CharField(blank=True, max_length=80, verbose_name='contact')),
                ('contact_phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('wait_cause', models.CharField(blank=True, max_length=200, verbose_name='waiting for')),
                ('wait_owner', models.CharField(blank=True, choices=[('customer', 'customer'), ('third_party', 'third party'), ('logistics', 'logistics'), ('vendor', 'vendor')], max_length=12, verbose_name='in whose hands')),
                ('wait_code', models.CharField(blank=True, help_text='The code of a cause of the service plan.', max_length=40, verbose_name='cause of waiting')),
                ('wait_until', models.DateTimeField(blank=True, help_text='When the wait ends by itself.', null=True, verbose_name='waiting until')),
                ('vendor_called_at', models.DateTimeField(blank=True, help_text='When a level of the ladder called on the vendor: the last tier of support.', null=True, verbose_name='vendor called on at')),
                ('resolution', models.TextField(blank=True, verbose_name='solution')),
                ('solved_remotely', models.BooleanField(blank=True, null=True, verbose_name='solved remotely')),
                ('created_at', models.DateTimeField(verbose_name='reported at')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='resolved at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('assignee', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assignee')),
                ('commitment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='sla.commitment', verbose_name='commitment')),
                ('contract', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.contract', verbose_name='contract')),
                ('equipment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.equipment', verbose_name='equipment')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.office', verbose_name='office')),
                ('organization', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.organization', verbose_name='organization')),
                ('reporter', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reported by')),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.site', verbose_name='site')),
                ('team', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.team', verbose_name='team')),
            ],
            options={
                'verbose_name': 'historical ticket',
                'verbose_name_plural': 'historical tickets',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['history_date', 'id'], name='tickets_his_history_5d8d4e_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(prepare_postgresql, drop_sequence),
    ]
