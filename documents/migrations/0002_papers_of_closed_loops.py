"""Papers of complaints, training, score sheets and quotations."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_terms'),
        ('documents', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='document',
            name='document_kind_is_known',
        ),
        migrations.AlterField(
            model_name='document',
            name='kind',
            field=models.CharField(choices=[('diagnosis', 'fault diagnosis report'), ('fault_report', 'fault handling report'), ('service_request', 'request to work on site'), ('service_confirmation', 'service confirmation'), ('inspection_request', 'request to inspect on site'), ('inspection_report', 'on-site inspection report'), ('monthly_report', 'monthly service report'), ('complaint_tracking', 'complaint tracking form'), ('complaint_result', 'complaint handling report'), ('training_attendance', 'attendance sheet'), ('training_certificate', 'training certificate'), ('score_sheet', 'score sheet'), ('request_quotation', 'quotation for a service request'), ('renewal_quotation', 'quotation of a renewal')], max_length=24, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['diagnosis', 'fault_report', 'service_request', 'service_confirmation', 'inspection_request', 'inspection_report', 'monthly_report', 'complaint_tracking', 'complaint_result', 'training_attendance', 'training_certificate', 'score_sheet', 'request_quotation', 'renewal_quotation'])), name='document_kind_is_known'),
        ),
    ]
