"""App registration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from simple_history.signals import post_create_historical_record


class IntegrationsConfig(AppConfig):
    """Settings of the app."""

    name = "integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        """Hear of every line of every record, of every line of a history, and of every document."""
        from documents.services import on_written as on_papers  # noqa: PLC0415 - needs the models of every app
        from integrations.services.noting import note_document, note_history, note_lines  # noqa: PLC0415
        from integrations.services.writing import heard  # noqa: PLC0415
        from tickets.services.listeners import on_written  # noqa: PLC0415

        on_written(heard)
        on_written(note_lines)
        on_papers(note_document)
        post_create_historical_record.connect(note_history, dispatch_uid="changes")
