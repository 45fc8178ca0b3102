import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0004_keyed_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('customers', '0006_terms'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlannedThrough',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('day', models.DateField(verbose_name='day')),
            ],
            options={
                'verbose_name': 'planning of recurring work',
                'verbose_name_plural': 'planning of recurring work',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='planning_goes_on_from_one_place')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalObligation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('key', models.CharField(db_index=True, help_text='What is owed once: kind, subject and period.', max_length=160, verbose_name='key')),
                ('kind', models.CharField(choices=[('inspection', 'inspection'), ('health_check', 'health check'), ('maintenance', 'preventive maintenance'), ('review', 'quality inspection and re-inspection'), ('survey', 'satisfaction survey'), ('callback', 'call-back'), ('inquiry', 'proactive inquiry'), ('care', 'customer care'), ('training', 'training'), ('report', 'report'), ('assessment', 'upgrade assessment'), ('reminder', 'end of a term')], max_length=14, verbose_name='kind')),
                ('code', models.CharField(blank=True, help_text='The code of the recurring work in the service plan.', max_length=40, verbose_name='promise')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='title in English')),
                ('clause', models.CharField(blank=True, max_length=60, verbose_name='clause')),
                ('period', models.CharField(blank=True, help_text='2026, 2026Q4 or 2026-10; empty: owed once.', max_length=10, verbose_name='period')),
                ('opens_at', models.DateTimeField(verbose_name='owed from')),
                ('due_at', models.DateTimeField(verbose_name='due at')),
                ('wanted', models.PositiveIntegerField(default=1, verbose_name='times owed')),
                ('got', models.PositiveIntegerField(default=0, verbose_name='times done')),
                ('status', models.CharField(choices=[('owed', 'owed'), ('done', 'done'), ('waived', 'waived')], default='owed', max_length=6, verbose_name='state')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='done or waived at')),
                ('proof', models.CharField(blank=True, help_text='What shows that it was done, in words.', max_length=200, verbose_name='proof')),
                ('link', models.CharField(blank=True, help_text='The page of what is owed or of what was done.', max_length=300, verbose_name='link')),
                ('reason', models.CharField(blank=True, help_text='Why it is not owed after all.', max_length=300, verbose_name='reason')),
                ('late_at', models.DateTimeField(blank=True, null=True, verbose_name='turned late at')),
                ('created_at', models.DateTimeField(verbose_name='entered at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('contract', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.contract', verbose_name='contract')),
                ('ended_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done or waived by')),
                ('equipment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.equipment', verbose_name='equipment')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts.office', verbose_name='office')),
                ('organization', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.organization', verbose_name='organization')),
                ('site', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'historical obligation',
                'verbose_name_plural': 'historical obligations',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['history_date', 'id'], name='obligations_history_3761a7_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='What is owed once: kind, subject and period.', max_length=160, unique=True, verbose_name='key')),
                ('kind', models.CharField(choices=[('inspection', 'inspection'), ('health_check', 'health check'), ('maintenance', 'preventive maintenance'), ('review', 'quality inspection and re-inspection'), ('survey', 'satisfaction survey'), ('callback', 'call-back'), ('inquiry', 'proactive inquiry'), ('care', 'customer care'), ('training', 'training'), ('report', 'report'), ('assessment', 'upgrade assessment'), ('reminder', 'end of a term')], max_length=14, verbose_name='kind')),
                ('code', models.CharField(blank=True, help_text='The code of the recurring work in the service plan.', max_length=40, verbose_name='promise')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='title in English')),
                ('clause', models.CharField(blank=True, max_length=60, verbose_name='clause')),
                ('period', models.CharField(blank=True, help_text='2026, 2026Q4 or 2026-10; empty: owed once.', max_length=10, verbose_name='period')),
                ('opens_at', models.DateTimeField(verbose_name='owed from')),
                ('due_at', models.DateTimeField(verbose_name='due at')),
                ('wanted', models.PositiveIntegerField(default=1, verbose_name='times owed')),
                ('got', models.PositiveIntegerField(default=0, verbose_name='times done')),
                ('status', models.CharField(choices=[('owed', 'owed'), ('done', 'done'), ('waived', 'waived')], default='owed', max_length=6, verbose_name='state')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='done or waived at')),
                ('proof', models.CharField(blank=True, help_text='What shows that it was done, in words.', max_length=200, verbose_name='proof')),
                ('link', models.CharField(blank=True, help_text='The page of what is owed or of what was done.', max_length=300, verbose_name='link')),
                ('reason', models.CharField(blank=True, help_text='Why it is not owed after all.', max_length=300, verbose_name='reason')),
                ('late_at', models.DateTimeField(blank=True, null=True, verbose_name='turned late at')),
                ('created_at', models.DateTimeField(verbose_name='entered at')),
                ('contract', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='customers.contract', verbose_name='contract')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done or waived by')),
                ('equipment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.equipment', verbose_name='equipment')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office', verbose_name='office')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='customers.organization', verbose_name='organization')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'obligation',
                'verbose_name_plural': 'obligations',
                'ordering': ('due_at', 'pk'),
                'indexes': [models.Index(fields=['due_at', 'id'], name='obligation_by_due'), models.Index(fields=['organization', 'due_at'], name='obligation_by_organization'), models.Index(fields=['contract', 'code', 'period'], name='obligation_by_period'), models.Index(condition=models.Q(('late_at__isnull', True), ('status', 'owed')), fields=['due_at'], name='obligation_to_watch')],
                'constraints': [models.CheckConstraint(condition=models.Q(('due_at__gte', models.F('opens_at'))), name='an_obligation_is_due_after_it_opens'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status', 'owed')), models.Q(models.Q(('status', 'owed'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='an_ended_obligation_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'waived'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_waived_obligation_has_a_reason')],
            },
        ),
    ]
