"""Who may write over REST: said for each action of a view set, and told only of what the caller may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission

from accounts.access import dispatches, is_provider, manages, who

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rest_framework.request import Request


class _Only(BasePermission):
    """Lets some people do it. What is not there is not found, whoever asks: of one thing it speaks when the thing is found."""

    may: ClassVar[Any]
    """Answers for a person whether they may."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller may do it at all, where no thing is named."""
        return bool(view.detail) or bool(self.may(who(request)))

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        """Whether the caller may do it with this thing."""
        return bool(self.may(who(request)))


class StaffOnly(_Only):
    """For the provider's people."""

    message = _("This is for the service provider's staff.")
    may = staticmethod(is_provider)


class DispatchersOnly(_Only):
    """For those who assign work."""

    message = _("This is for dispatchers and managers.")
    may = staticmethod(dispatches)


class ManagersOnly(_Only):
    """For those who watch promises, and bring customers in."""

    message = _("This is for managers.")
    may = staticmethod(manages)


class Kept:
    """A view set, some actions of which are for some people only: `keepers` names them."""

    action: str
    keepers: ClassVar[Mapping[str, type[BasePermission]]] = {}

    def get_permissions(self) -> list[Any]:
        """Ask for the role as well, where one is named."""
        keeper = self.keepers.get(self.action)
        return [*super().get_permissions(), *([keeper()] if keeper else [])]  # type: ignore[misc]
