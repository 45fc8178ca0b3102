"""Who may open a page: strangers log in first, the wrong role is told what to do."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.mixins import AccessMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse, HttpResponseBase
    from django.utils.functional import Promise
    from rest_framework.request import Request

    from accounts.models import User

    View = Callable[..., HttpResponseBase]


class PersonRequest(HttpRequest):
    """What a view behind one of these guards is given: the request of somebody who is logged in."""

    user: User


def who(request: HttpRequest | Request) -> User:
    """Answer the person of a request that has passed authentication."""
    user = request.user
    if not user.is_authenticated:
        raise PermissionDenied(_("Log in to go on."))
    return user


PROVIDER_ONLY = _("This page is for the service provider's staff. Your own tickets, inspections and contracts are in the portal.")
CUSTOMER_ONLY = _("This page is for customers. Staff find every ticket in the queue.")
DISPATCHER_ONLY = _("Assigning work to others is for dispatchers and managers. Ask a dispatcher of your office to do it.")
MANAGER_ONLY = _("This page is for managers. Ask a manager of your office, or an administrator for the role.")


def is_provider(user: User) -> bool:
    """Whether the person works for the service provider."""
    return user.is_provider


def is_customer(user: User) -> bool:
    """Whether the person belongs to a customer."""
    return user.is_customer


def dispatches(user: User) -> bool:
    """Whether the person may assign work to others."""
    return user.dispatches


def manages(user: User) -> bool:
    """Whether the person watches promises."""
    return user.manages


def _guard(request: HttpRequest, test: Callable[[User], bool], sentence: Promise) -> HttpResponse | None:
    """Answer the login page for a stranger, refuse the wrong role, or answer nothing."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not test(user):
        raise PermissionDenied(sentence)
    return None


def _required(test: Callable[[User], bool], sentence: Promise) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _guard(request, test, sentence) or view(request, *args, **kwargs)

        return guarded

    return decorate


login_required = _required(lambda user: user.is_active, _("Log in to go on."))
provider_required = _required(is_provider, PROVIDER_ONLY)
customer_required = _required(is_customer, CUSTOMER_ONLY)
dispatcher_required = _required(dispatches, DISPATCHER_ONLY)
manager_required = _required(manages, MANAGER_ONLY)


class _RoleRequired(AccessMixin):
    """A class-based view that one kind of person may open."""

    role_sentence: ClassVar[Promise]

    @staticmethod
    def role_test(user: User) -> bool:
        """Whether this person may open the page."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask who it is before anything else."""
        refused = _guard(request, self.role_test, self.role_sentence)
        return refused or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class ProviderRequired(_RoleRequired):
    """For the provider's staff."""

    role_test = staticmethod(is_provider)
    role_sentence = PROVIDER_ONLY


class CustomerRequired(_RoleRequired):
    """For customers."""

    role_test = staticmethod(is_customer)
    role_sentence = CUSTOMER_ONLY


class DispatcherRequired(_RoleRequired):
    """For those who assign work."""

    role_test = staticmethod(dispatches)
    role_sentence = DISPATCHER_ONLY


class ManagerRequired(_RoleRequired):
    """For those who watch promises."""

    role_test = staticmethod(manages)
    role_sentence = MANAGER_ONLY
