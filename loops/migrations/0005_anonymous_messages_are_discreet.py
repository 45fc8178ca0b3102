from django.db import migrations


def hide(apps, schema_editor):
    """Mark what was told so far to those who are not to be named."""
    Loop, Message = apps.get_model("loops", "Loop"), apps.get_model("notifications", "Message")
    nameless = Loop.objects.filter(is_anonymous=True).exclude(complainant=None)
    for person, number in nameless.values_list("complainant", "ticket__number"):
        told = Message.objects.filter(recipient=person, kind__in=["loop_turn", "loop_closed"], context__ticket_number=number)
        told.update(is_discreet=True)


class Migration(migrations.Migration):
    dependencies = [
        ("loops", "0004_opinions_are_revised"),
        ("notifications", "0004_discreet_messages"),
    ]

    operations = [migrations.RunPython(hide, migrations.RunPython.noop, elidable=True)]
