"""All migrations up to 0002_documents in one: a new database is there in a third of the time. Databases made before keep to the old ones."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('reports', '0001_monthly_reports'),
        ('reports', '0002_documents'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('customers', '0001_squashed_0005_downtimes'),
        ('documents', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonthlyRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(unique=True, verbose_name='month')),
                ('begun_at', models.DateTimeField(verbose_name='begun at')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                ('reached', models.BigIntegerField(default=0, verbose_name='made up to contract')),
                ('made', models.PositiveIntegerField(default=0, verbose_name='reports made')),
                ('failed', models.PositiveIntegerField(default=0, verbose_name='contracts that failed')),
            ],
            options={
                'verbose_name': 'monthly run',
                'verbose_name_plural': 'monthly runs',
                'ordering': ('-month',),
                'indexes': [models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['month'], name='monthly_run_under_way')],
            },
        ),
        migrations.CreateModel(
            name='MonthlyReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day.', verbose_name='month')),
                ('revision', models.PositiveSmallIntegerField(default=1, verbose_name='revision')),
                ('is_current', models.BooleanField(default=True, verbose_name='current')),
                ('figures', models.JSONField(help_text='As they were counted when the report was made (reports/figures.py).', verbose_name='figures')),
                ('kept', models.PositiveIntegerField(default=0, verbose_name='promises kept')),
                ('missed', models.PositiveIntegerField(default=0, verbose_name='promises missed')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why it was corrected')),
                ('sendings', models.PositiveSmallIntegerField(default=0, verbose_name='times sent')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('contract', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='monthly_reports', to='customers.contract', verbose_name='contract')),
                ('document', models.OneToOneField(blank=True, help_text="The customer's copy on record; reports made before there were documents have none.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document', verbose_name='document')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.organization', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'monthly report',
                'verbose_name_plural': 'monthly reports',
                'ordering': ('-month', '-id'),
                'indexes': [models.Index(condition=models.Q(('is_current', True)), fields=['-month', '-id'], name='report_by_month'), models.Index(condition=models.Q(('is_current', True)), fields=['organization', '-month', '-id'], name='report_by_customer')],
                'constraints': [models.UniqueConstraint(fields=('contract', 'month', 'revision'), name='report_revision_once'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('contract', 'month'), name='one_current_report_a_month'), models.CheckConstraint(condition=models.Q(('revision', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_corrected_report_has_a_reason'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='a_report_begins_on_the_first')],
            },
        ),
    ]
