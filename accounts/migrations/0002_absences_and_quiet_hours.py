"""Quiet hours, and absences; the database itself refuses two of one person that overlap."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


# On PostgreSQL an exclusion constraint; a person is written as a range of one number, so that no extension is needed.
EXCLUDE = """
ALTER TABLE accounts_absence ADD CONSTRAINT absences_of_a_person_do_not_overlap
EXCLUDE USING gist (int8range(person_id, person_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
"""
# SQLite has triggers. Django drops them with the table when it makes a table anew: a migration that alters it says this again.
REFUSE = """
CREATE TRIGGER absences_do_not_overlap_{name} BEFORE {event} ON accounts_absence
WHEN EXISTS (
    SELECT 1 FROM accounts_absence AS other WHERE other.person_id = NEW.person_id AND other.id IS NOT NEW.id
    AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
)
BEGIN SELECT RAISE(ABORT, 'absences_of_a_person_do_not_overlap'); END
"""
EVENTS = {"insert": "INSERT", "update": "UPDATE OF person_id, starts_at, ends_at"}


def refuse_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(EXCLUDE)
        return
    for name, event in EVENTS.items():
        schema_editor.execute(REFUSE.format(name=name, event=event))


def allow_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE accounts_absence DROP CONSTRAINT absences_of_a_person_do_not_overlap")
        return
    for name in EVENTS:
        schema_editor.execute(f"DROP TRIGGER absences_do_not_overlap_{name}")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicaluser',
            name='quiet_from',
            field=models.TimeField(blank=True, null=True, verbose_name='no mail from'),
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='quiet_until',
            field=models.TimeField(blank=True, null=True, verbose_name='no mail until'),
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='time_zone',
            field=models.CharField(blank=True, help_text="IANA name; empty: the service desk's own.", max_length=40, verbose_name='time zone'),
        ),
        migrations.AddField(
            model_name='user',
            name='quiet_from',
            field=models.TimeField(blank=True, null=True, verbose_name='no mail from'),
        ),
        migrations.AddField(
            model_name='user',
            name='quiet_until',
            field=models.TimeField(blank=True, null=True, verbose_name='no mail until'),
        ),
        migrations.AddField(
            model_name='user',
            name='time_zone',
            field=models.CharField(blank=True, help_text="IANA name; empty: the service desk's own.", max_length=40, verbose_name='time zone'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='quiet_hours_begin_and_end', violation_error_message='Quiet hours need a beginning and another end.'),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='away from')),
                ('ends_at', models.DateTimeField(verbose_name='away until')),
                ('created_at', models.DateTimeField(verbose_name='entered at')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('deputy', models.ForeignKey(blank=True, help_text="Empty: whoever else stands on the same level is told, else the office's lead.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stands_in', to=settings.AUTH_USER_MODEL, verbose_name='in their place')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='away')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ('starts_at', 'id'),
                'indexes': [models.Index(fields=['person', 'ends_at'], name='absence_of_person'), models.Index(fields=['ends_at', 'id'], name='absence_by_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_ends_after_it_starts', violation_error_message='An absence ends after it begins.'), models.CheckConstraint(condition=models.Q(('deputy__isnull', True), models.Q(('deputy', models.F('person')), _negated=True), _connector='OR'), name='nobody_stands_in_for_themselves', violation_error_message='Nobody stands in for themselves.')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAbsence',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='away from')),
                ('ends_at', models.DateTimeField(verbose_name='away until')),
                ('created_at', models.DateTimeField(verbose_name='entered at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('deputy', models.ForeignKey(blank=True, db_constraint=False, help_text="Empty: whoever else stands on the same level is told, else the office's lead.", null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='in their place')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='away')),
            ],
            options={
                'verbose_name': 'historical absence',
                'verbose_name_plural': 'historical absences',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['history_date', 'id'], name='accounts_hi_history_d304df_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(refuse_overlaps, allow_overlaps),
    ]
