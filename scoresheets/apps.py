"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresheetsConfig(AppConfig):
    """Settings of the app."""

    name = "scoresheets"
    verbose_name = _("Score sheets")

    def ready(self) -> None:
        """Go on when the customer has signed a sheet, or not."""
        from documents import services as documents  # noqa: PLC0415 - needs the models of every app
        from documents.models import Kind  # noqa: PLC0415
        from scoresheets import services  # noqa: PLC0415

        documents.on_sealed(Kind.SCORE_SHEET, services.sealed)
