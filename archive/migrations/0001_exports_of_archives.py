import archive.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('customers', '0006_terms'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArchiveExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='asked for at')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('form', models.CharField(choices=[('zip', 'ZIP with papers and files'), ('pdf', 'PDF of the timeline')], default='zip', max_length=3, verbose_name='form')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], max_length=10, verbose_name='language')),
                ('key', models.CharField(editable=False, max_length=120, verbose_name='what is asked for')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('making', 'being made'), ('done', 'ready'), ('failed', 'failed'), ('removed', 'removed')], default='waiting', max_length=8, verbose_name='state')),
                ('slot', models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name='place among those being made')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='times begun')),
                ('claimed_until', models.DateTimeField(blank=True, editable=False, help_text='Later than this another worker begins anew.', null=True, verbose_name='held until')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='steps')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='steps done')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='kept until')),
                ('trouble', models.CharField(blank=True, max_length=300, verbose_name='why it could not be made')),
                ('token', models.CharField(default=archive.models.new_token, editable=False, max_length=24, unique=True)),
                ('file', models.FileField(blank=True, max_length=200, upload_to='archives/%Y/%m', verbose_name='file')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size, bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('entries', models.PositiveIntegerField(default=0, verbose_name='entries')),
                ('left_out', models.PositiveIntegerField(default=0, verbose_name='files left out')),
                ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('equipment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.equipment', verbose_name='equipment')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.organization', verbose_name='customer')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'export of an archive',
                'verbose_name_plural': 'exports of archives',
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['asked_by', '-id'], name='export_by_asker'), models.Index(condition=models.Q(('state__in', ['waiting', 'making'])), fields=['id'], name='export_to_make'), models.Index(condition=models.Q(('state', 'done')), fields=['expires_at'], name='export_to_remove')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lte', models.F('last'))), name='export_days_in_order'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'making', 'done', 'failed', 'removed'])), name='export_state_is_known'), models.CheckConstraint(condition=models.Q(('language__in', ('zh-hans', 'en'))), name='export_language_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'making'), _negated=True), models.Q(('claimed_until__isnull', False), ('slot__isnull', False)), _connector='OR'), name='an_export_being_made_is_held'), models.CheckConstraint(condition=models.Q(('state', 'making'), ('slot__isnull', True), _connector='OR'), name='only_what_is_being_made_has_a_place'), models.CheckConstraint(condition=models.Q(('slot__isnull', True), ('slot__in', (1, 2)), _connector='OR'), name='so_many_exports_at_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), ('expires_at__isnull', False)), _connector='OR'), name='a_done_export_has_a_file_that_expires'), models.UniqueConstraint(fields=('slot',), name='one_export_a_place'), models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'making'])), fields=('asked_by', 'key'), name='an_export_is_asked_for_once_at_a_time')],
            },
        ),
    ]
