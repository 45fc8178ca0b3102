"""Colleagues whose names begin to be typed after an @."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import provider_required
from accounts.models import PROVIDER_ROLES, User

if TYPE_CHECKING:
    from typing import Any

SHOWN = 8


@require_safe
@provider_required
@never_cache
def people(request: HttpRequest) -> JsonResponse:
    """Answer colleagues by a piece of the name or the beginning of the address, with what to write after the @."""
    words = request.GET.get("q", "").strip()[:80]
    found = User.objects.filter(role__in=PROVIDER_ROLES, is_active=True).filter(Q(name__icontains=words) | Q(email__istartswith=words))
    rows = found.select_related("office").order_by("name")[:SHOWN]
    return JsonResponse({"people": [_row(person) for person in rows]})


def _row(person: User) -> dict[str, Any]:
    """A name with a gap in it cannot be told from the words after it: there the address stands for the person."""
    mention = person.email.split("@")[0] if len(person.name.split()) != 1 else person.name
    return {"mention": mention, "name": person.name, "about": str(person.office or person.get_role_display())}
