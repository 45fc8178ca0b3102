"""What views of the interface share: who may, what was sent, by whom and when, and what was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import status
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.settings import api_settings

from accounts.access import DISPATCHER_ONLY, MANAGER_ONLY, PROVIDER_ONLY, who
from accounts.tokens import source_of
from core.foreign import ForeignId, IdGone
from core.time import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request

    from core.api_fields import Input
    from core.foreign import Foreign


class _Who(BasePermission):
    """Only some of our own people."""

    deed = "is_provider"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller is one of them."""
        return bool(getattr(who(request), self.deed))


class ProviderOnly(_Who):
    """Only our own people."""

    message = PROVIDER_ONLY


class DispatchersOnly(_Who):
    """Only who gives work to others."""

    message, deed = DISPATCHER_ONLY, "dispatches"


class ManagersOnly(_Who):
    """Only who watches promises."""

    message, deed = MANAGER_ONLY, "manages"


class _OnceFound(BasePermission):
    """A rule about one thing, asked when it was found: of what is not there nobody is told who might."""

    def __init__(self, rule: BasePermission) -> None:
        self.rule = rule
        self.message = getattr(rule, "message", None)

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask at once only where no thing is named."""
        return bool(view.detail) or self.rule.has_permission(request, view)

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        """Ask now."""
        return self.rule.has_permission(request, view)


def only(permission: type[BasePermission]) -> list[type[BasePermission]]:
    """Answer the permissions of a view that is for some: first those that every view has."""
    return [*api_settings.DEFAULT_PERMISSION_CLASSES, permission]  # type: ignore[list-item]


class Deeds:
    """What a view set that writes does beside reading."""

    request: Any
    action: str
    writers: type[BasePermission] | None = None
    """Who may do more than read, where it is not for each service alone to say."""
    open_deeds: frozenset[str] = frozenset({"list", "retrieve", "metadata"})
    """What everybody may do who may see the thing."""

    def get_permissions(self) -> list[Any]:
        """Reading is as the view says, writing for its writers."""
        permissions: list[Any] = list(super().get_permissions())  # type: ignore[misc]
        rule = None if self.action in self.open_deeds else self.needed()
        return [*permissions, _OnceFound(rule())] if rule is not None else permissions

    def needed(self) -> type[BasePermission] | None:
        """Answer who may do this, beside what the service asks."""
        return self.writers

    def given(self, accepts: type[Input], **more: Any) -> dict[str, Any]:
        """Answer what was sent, checked."""
        context = self.get_serializer_context()  # type: ignore[attr-defined]
        serializer = accepts(data=self.request.data, context=context, **more)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def changed(self, accepts: type[Input]) -> dict[str, Any]:
        """Answer the fields that were sent, without what the others usually are; those stay as they are."""
        return self.given(accepts, partial=True)

    def sent_again(self, accepts: type[Input]) -> dict[str, Any]:
        """The same of what is made once under an external id, without that id."""
        sent = self.changed(accepts)
        del sent["external_id"]
        return sent

    def facts(self) -> dict[str, Any]:
        """Answer who does it, and when."""
        return {"actor": who(self.request), "at": now()}

    def foreign(self, external_id: str) -> ForeignId:
        """Answer the id that a program has for what it makes."""
        return ForeignId(source_of(self.request), external_id)

    def made(self, row: Any, body: Any, name: str) -> Response:
        """Answer what was made and where it stands."""
        place = reverse(name, args=[row.pk], request=self.request)
        return Response(body, status=status.HTTP_201_CREATED, headers={"Location": place})

    def made_or_known(self, row: Foreign, name: str, change: Callable[[Any], Any]) -> Response:
        """The same of what is made once under an external id: made before, it is changed to what is sent, if the caller may see it.

        Nothing is done where all of it stands so already; ``change`` is given the row as the caller sees it.
        """
        seen = self.get_queryset().filter(pk=row.pk).first()  # type: ignore[attr-defined]
        if seen is None:
            raise IdGone
        if row.is_new:
            return self.made(row, self.whole(row.pk), name)
        change(seen)
        return Response(self.whole(row.pk))

    def whole(self, pk: int) -> Any:
        """Answer how one thing reads now."""
        asked, self.action = self.action, "retrieve"
        try:
            row = self.get_queryset().get(pk=pk)  # type: ignore[attr-defined]
            return self.get_serializer(row).data  # type: ignore[attr-defined]
        finally:
            self.action = asked
