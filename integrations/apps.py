"""App registration."""

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _
from simple_history.signals import post_create_historical_record


class IntegrationsConfig(AppConfig):
    """Settings of the app."""

    name = "integrations"
    verbose_name = _("Integrations")

    def ready(self) -> None:
        """Hear of every line of every record, of every line of a history, of every document and change of configuration."""
        from customers.models import ConfigurationChange  # noqa: PLC0415 - the models of every app
        from documents.services import on_written as on_papers  # noqa: PLC0415 - needs the models of every app
        from integrations.services.noting import note_configuration, note_document, note_history, note_lines  # noqa: PLC0415
        from integrations.services.writing import heard  # noqa: PLC0415
        from tickets.services.listeners import on_written  # noqa: PLC0415

        on_written(heard)
        on_written(note_lines)
        on_papers(note_document)
        post_create_historical_record.connect(note_history, dispatch_uid="changes")
        post_save.connect(note_configuration, sender=ConfigurationChange, dispatch_uid="changes-of-configuration")
