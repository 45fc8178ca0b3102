"""What is known of the customer itself: configuration, planned downtime, contracts, heightened service, people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from archive.sources.source import Midnight, Source
from customers import selectors
from customers.models import ConfigurationChange, Downtime, Membership

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from archive.engine import Entry
    from archive.scope import Scope
    from customers.models import Contract, HeightenedPeriod


class OfEquipment(Source):
    """What hangs on an equipment and is seen by whoever may see that."""

    organization = "equipment__site__organization"
    site = "equipment__site"
    rows: Any

    def visible(self, user: User) -> QuerySet[Any]:
        """Answer what hangs on the equipment a person may see."""
        every = self.rows.all()
        return every if user.is_provider else every.filter(equipment__in=selectors.equipment_for(user).values("pk"))


class Configuration(OfEquipment):
    """What was changed at an equipment (P2: a changed configuration goes into the customer's archive)."""

    kind = "configuration"
    label = gettext_lazy("Change of configuration")
    icon = "settings"
    at = "at"
    searched = ("what", "before", "after", "source", "equipment__name")
    rows = ConfigurationChange.objects

    def widened(self, rows: QuerySet[ConfigurationChange]) -> QuerySet[ConfigurationChange]:
        """Add names."""
        return rows.select_related("equipment__site", "by")

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one change."""
        facts = [(_("Before"), row.before), (_("After"), row.after), (_("Known from"), row.source)]
        link = row.equipment.get_absolute_url()
        return self.told(row, row.what, link=link, site=row.equipment.site, equipment=row.equipment, who=row.by, facts=facts)


class Downtimes(OfEquipment):
    """When equipment was taken down on purpose."""

    kind = "downtime"
    label = gettext_lazy("Planned downtime")
    icon = "clock-pause"
    at = "starts_at"
    searched = ("reason", "equipment__name")
    rows = Downtime.objects

    def widened(self, rows: QuerySet[Downtime]) -> QuerySet[Downtime]:
        """Add names."""
        return rows.select_related("equipment__site", "entered_by")

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one downtime."""
        moments = [(_("down from"), row.starts_at), (_("down until"), row.ends_at)]
        place = {"site": row.equipment.site, "equipment": row.equipment, "link": row.equipment.get_absolute_url()}
        return self.told(row, row.reason, who=row.entered_by, moments=moments, **place)


class Contracts(Source):
    """Contracts, on the day of the signed acceptance."""

    kind = "contract"
    label = gettext_lazy("Contract")
    icon = "file-certificate"
    at = Midnight(F("accepted_on"))
    searched = ("number", "name", "plan__name", "plan__name_en")

    def visible(self, user: User) -> QuerySet[Contract]:
        """Answer the contracts a person may see."""
        return selectors.contracts_for(user)

    def within(self, user: User, scope: Scope) -> QuerySet[Contract]:
        """Of a site or an equipment: those that name it, and those that name nothing and so cover all."""
        rows = self.visible(user).filter(organization=scope.organization)
        if scope.site is None:
            return rows
        named = Q(equipment=scope.equipment) if scope.equipment else Q(equipment__site=scope.site)
        return rows.filter(pk__in=rows.filter(named | Q(equipment=None)).values("pk"))

    def widened(self, rows: QuerySet[Contract]) -> QuerySet[Contract]:
        """Add the plan."""
        return rows.select_related("plan")

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one contract."""
        facts = [
            (_("Service plan"), row.plan),
            (_("In warranty until"), row.warranty_until),
            (_("Free service until"), row.free_until),
            (_("In force until"), row.in_force_until),
        ]
        return self.told(row, f"{row.number} {row.name}", link=reverse("customers:contract", args=[row.pk]), facts=facts)


class Heightened(Source):
    """Periods of heightened service (重保) that were announced; they hold for the whole customer."""

    kind = "heightened"
    label = gettext_lazy("Heightened service")
    icon = "shield-check"
    at = "starts_at"
    searched = ("name", "name_en", "note")

    def visible(self, user: User) -> QuerySet[HeightenedPeriod]:
        """Answer the announced periods a person may see."""
        return selectors.periods_for(user).filter(announced_at__isnull=False)

    def within(self, user: User, scope: Scope) -> QuerySet[HeightenedPeriod]:
        """Answer those of the customer, for each of its sites as well."""
        return self.visible(user).filter(organizations=scope.organization)

    def entry(self, row: Any, user: User) -> Entry:
        """Tell one period."""
        moments = [(_("begins"), row.starts_at), (_("ends"), row.ends_at)]
        return self.told(row, str(row), link=row.get_absolute_url(), text=row.note, moments=moments)


class People(Source):
    """Whose account at the customer was opened or taken away; for our people and the customer's supervisors."""

    kind = "person"
    label = gettext_lazy("People")
    icon = "users"
    at = "history_date"
    site = equipment = ""
    searched = ("user__name", "user__email")

    def visible(self, user: User) -> QuerySet[Any]:
        """Answer who came and who went."""
        rows = Membership.history.filter(history_type__in=["+", "-"])
        if user.is_provider:
            return rows
        return rows.filter(organization__memberships__user=user) if user.role == Role.SUPERVISOR else rows.none()

    def entries(self, keys: Iterable[int], user: User) -> list[Entry]:
        """Answer the entries with the people's names: two queries; somebody may be gone from the desk altogether."""
        rows = list(self.timed(self.visible(user).filter(pk__in=list(keys)).select_related("history_user")))
        people = {person.pk: person for person in User.objects.filter(pk__in=[row.user_id for row in rows])}
        return [self._entry(row, people.get(row.user_id)) for row in rows]

    def _entry(self, row: Any, person: User | None) -> Entry:
        name = str(person) if person else _("somebody who has no account any more")
        words = _("%(person)s was given an account") if row.history_type == "+" else _("%(person)s left")
        facts = [(_("Role"), person.get_role_display())] if person else []
        return self.told(row, words % {"person": name}, who=row.history_user, facts=facts)


def in_force(contracts: Iterable[Contract], at: Any) -> list[Contract]:
    """Answer the contracts whose promises hold on the day of an instant."""
    today = timezone.localdate(at)
    return [contract for contract in contracts if contract.is_in_force(today)]


SOURCES = (Configuration(), Downtimes(), Contracts(), Heightened(), People())
