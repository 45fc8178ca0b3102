"""App registration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Settings of the app."""

    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        """Bring satisfaction to the dashboard; have the templates that ship in every database, as permissions are."""
        from surveys.figures import NAME, satisfaction  # noqa: PLC0415 - needs the models of every app
        from tickets.figures.panels import register  # noqa: PLC0415

        register(NAME, satisfaction)
        post_migrate.connect(_load_shipped, sender=self, dispatch_uid="surveys.shipped")


def _load_shipped(*, using: str, plan: Any = (), **_given: Any) -> None:
    """Enter what ships once the tables are there (not on the way back to an older state)."""
    from core.time import now  # noqa: PLC0415
    from surveys.models import SurveyRule  # noqa: PLC0415
    from surveys.services import load_shipped  # noqa: PLC0415

    is_way_back = any(backwards for _migration, backwards in plan)
    if not is_way_back and SurveyRule._meta.db_table in connections[using].introspection.table_names():
        load_shipped(now())
