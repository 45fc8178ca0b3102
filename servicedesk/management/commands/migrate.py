"""Django's `migrate`, in half the time on a new database (docs/decisions/new-databases.md)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.migrations.state import ModelState


class Command(migrate.Command):
    """Carry out migrations."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Do as Django does, but make no model anew because another one is created beside it."""
        with new_models_alone():
            return super().handle(*args, **options)


@contextmanager
def new_models_alone() -> Iterator[None]:
    """Render a model that is created by itself; Django renders all that are related to it again, which here is nearly every one."""
    usual = ProjectState.add_model

    def add_model(self: ProjectState, model_state: ModelState) -> None:
        key = model_state.app_label, model_state.name_lower
        if "apps" not in self.__dict__ or key[1] in self.apps.all_models[key[0]]:
            usual(self, model_state)
            return
        self.models[key] = model_state
        if getattr(self, "_relations", None) is not None:
            self.resolve_model_relations(key)
        self.apps.render_multiple([model_state.clone()])
        self.apps.clear_cache()

    ProjectState.add_model = add_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = usual  # type: ignore[method-assign]
