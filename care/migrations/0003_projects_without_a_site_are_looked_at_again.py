"""Newly opened projects that had no site when they were looked at were spared for good: they are looked at again."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def look_again(apps: Any, schema_editor: Any) -> None:
    """Forget what was decided without a call; where nothing is promised the same is decided again."""
    apps.get_model("care", "Considered").objects.filter(contract__isnull=False, call=None, why="spared").delete()


class Migration(migrations.Migration):
    dependencies = [("care", "0002_what_was_called_off_stays_owed")]

    operations = [migrations.RunPython(look_again, migrations.RunPython.noop, elidable=True)]
