import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('tickets', '0018_tiers_of_support'),
    ]

    operations = [
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=160, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=160, verbose_name='title in English')),
                ('problem', models.TextField(blank=True, verbose_name='how it shows')),
                ('problem_en', models.TextField(blank=True, verbose_name='how it shows, in English')),
                ('cause', models.TextField(blank=True, verbose_name='why it happens')),
                ('cause_en', models.TextField(blank=True, verbose_name='why it happens, in English')),
                ('solution', models.TextField(blank=True, verbose_name='what helps')),
                ('solution_en', models.TextField(blank=True, verbose_name='what helps, in English')),
                ('maker', models.CharField(blank=True, max_length=80, verbose_name='maker')),
                ('model', models.CharField(blank=True, help_text='Of the equipment it is about; empty: any.', max_length=80, verbose_name='model')),
                ('audience', models.CharField(choices=[('internal', 'our own people'), ('public', 'customers too')], default='internal', max_length=8, verbose_name='for')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('retired', 'out of date')], default='draft', max_length=9, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('updated_at', models.DateTimeField(verbose_name='changed at')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('from_ticket', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles_written', to='tickets.ticket', verbose_name='written from')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
                'ordering': ('-updated_at', '-pk'),
                'indexes': [models.Index(fields=['updated_at', 'id'], name='article_by_change')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('title_en', ''), _negated=True), _connector='OR'), name='an_article_has_a_title'), models.CheckConstraint(condition=models.Q(('state', 'draft'), ('published_at__isnull', False), _connector='OR'), name='a_published_article_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('audience', 'public'), ('state', 'published'), _negated=True), models.Q(('title', ''), ('title_en', ''), ('solution', ''), ('solution_en', ''), _connector='OR', _negated=True), _connector='OR'), name='customers_read_an_article_in_both_languages')],
            },
        ),
        migrations.CreateModel(
            name='ArticleUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('used_at', models.DateTimeField(verbose_name='used at')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='knowledge.article', verbose_name='article')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles_used', to='tickets.ticket', verbose_name='ticket')),
                ('used_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='used by')),
            ],
            options={
                'verbose_name': 'use of an article',
                'verbose_name_plural': 'uses of articles',
                'ordering': ('-pk',),
                'constraints': [models.UniqueConstraint(fields=('article', 'ticket'), name='an_article_is_used_once_per_ticket')],
            },
        ),
        migrations.CreateModel(
            name='ArticleVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('helped', models.BooleanField(verbose_name='helped')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='what is missing')),
                ('voted_at', models.DateTimeField(verbose_name='voted at')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='knowledge.article', verbose_name='article')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reader')),
            ],
            options={
                'verbose_name': 'vote on an article',
                'verbose_name_plural': 'votes on articles',
                'ordering': ('-voted_at', '-pk'),
                'constraints': [models.UniqueConstraint(fields=('article', 'person'), name='a_reader_votes_once')],
            },
        ),
        migrations.CreateModel(
            name='ArticleWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60)),
                ('weight', models.PositiveSmallIntegerField()),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='words', to='knowledge.article')),
            ],
            options={
                'indexes': [models.Index(fields=['word', 'article'], name='article_by_word')],
                'constraints': [models.UniqueConstraint(fields=('article', 'word'), name='a_word_of_an_article_once')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalArticle',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=160, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=160, verbose_name='title in English')),
                ('problem', models.TextField(blank=True, verbose_name='how it shows')),
                ('problem_en', models.TextField(blank=True, verbose_name='how it shows, in English')),
                ('cause', models.TextField(blank=True, verbose_name='why it happens')),
                ('cause_en', models.TextField(blank=True, verbose_name='why it happens, in English')),
                ('solution', models.TextField(blank=True, verbose_name='what helps')),
                ('solution_en', models.TextField(blank=True, verbose_name='what helps, in English')),
                ('maker', models.CharField(blank=True, max_length=80, verbose_name='maker')),
                ('model', models.CharField(blank=True, help_text='Of the equipment it is about; empty: any.', max_length=80, verbose_name='model')),
                ('audience', models.CharField(choices=[('internal', 'our own people'), ('public', 'customers too')], default='internal', max_length=8, verbose_name='for')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('retired', 'out of date')], default='draft', max_length=9, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('updated_at', models.DateTimeField(verbose_name='changed at')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('author', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('from_ticket', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tickets.ticket', verbose_name='written from')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical article',
                'verbose_name_plural': 'historical articles',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'indexes': [models.Index(fields=['history_date', 'id'], name='knowledge_h_history_d5e747_idx')],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
