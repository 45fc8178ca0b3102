"""What programs may send about customers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts import selectors as accounts
from accounts.models import PROVIDER_ROLES, Region, Role, Skill, User
from core.api_fields import Day, Input, Known, Text, Word
from core.pages import LARGEST
from customers import selectors
from customers.models import Equipment, Organization, Site
from customers.serializers.outputs import CUSTOMERS, LANGUAGES
from sla.models import Plan

LONGEST_TERM = 1200
"""Months."""
MOST_COVERED = 5000
MOST_SITES = 500
OWN_ID = "Your own id for it: sent again, what else is sent is put right in it (200); what is left out stays."


def external_id() -> Text:
    """Answer the field for a program's own id."""
    return Text.maybe(max_length=120, help_text=OWN_ID)


class _Coded(serializers.SlugRelatedField[Any]):
    """A row by its code."""

    def __init__(self, rows: Any, **given: Any) -> None:
        super().__init__("code", queryset=rows, **given)

    def to_internal_value(self, data: Any) -> Any:
        """Take words only; a code that no row can have is none."""
        if not isinstance(data, str) or "\0" in data:
            self.fail("invalid")
        return super().to_internal_value(data)


class PlanField(_Coded):
    """A service plan that customers may be promised, by its code."""

    def __init__(self, **given: Any) -> None:
        super().__init__(Plan.objects.none(), **given)

    def get_queryset(self) -> Any:
        """Answer the plans the caller may see."""
        request = self.context.get("request")
        if request is None or not request.user.is_authenticated:
            return Plan.objects.none()
        return selectors.plans_for(request.user)


def _ids(most: int, **given: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST), max_length=most, required=False, **given
    )  # fmt: skip


class _Naming(Input):
    """Takes lists of ids and answers the rows; one that the caller may not see is as if it were not there."""

    def rows(self, ids: list[int], seen: Any) -> list[Any]:
        """Answer the rows of these ids, in one query."""
        found = {row.pk: row for row in seen(self.context["request"].user).filter(pk__in=set(ids))}
        missing = [pk for pk in ids if pk not in found]
        if missing:
            words = _("There is nothing with the id %(id)s that you may see.") % {"id": missing[0]}
            raise serializers.ValidationError(words, "does_not_exist")
        return list(found.values())


class OrganizationInput(Input):
    """A customer to take on, or what is to be put right."""

    code = serializers.SlugField(max_length=40, help_text="A short name for programs and addresses; each once.")
    name = Text(max_length=120)
    short_name = Text.maybe(max_length=40)
    external_id = external_id()


class SiteChangeInput(Input):
    """What is known of a place; it stays with its organization."""

    name = Text(max_length=120)
    region = _Coded(Region.objects.select_related("office"), help_text="The code of its region, which decides on the office.")
    address = Text.maybe(max_length=300)
    contact_name = Text.maybe(max_length=80)
    contact_phone = Text.maybe(max_length=40)
    external_id = external_id()


class SiteInput(SiteChangeInput):
    """A place to add."""

    organization = Known(among=selectors.organizations_for, queryset=Organization.objects.none())


class EquipmentInput(Input):
    """A system or device; it moves only between sites of its organization."""

    site = Known(among=selectors.sites_for, queryset=Site.objects.none())
    kind = Word(Equipment.Kind.choices, required=False, default=Equipment.Kind.SYSTEM)
    name = Text(max_length=120)
    maker = Text.maybe(max_length=80)
    model = Text.maybe(max_length=80)
    serial_number = Text.maybe(max_length=80)
    accepted_on = Day(required=False, allow_null=True, default=None)
    maker_warranty_until = Day(required=False, allow_null=True, default=None)
    skill = _Coded(
        Skill.objects.all(), required=False, allow_null=True, default=None, help_text="The code of what an engineer needs for it."
    )  # fmt: skip
    external_id = external_id()


class ContractChangeInput(_Naming):
    """Terms and coverage; it stays with the organization that signed it. Tickets already reported keep what they were promised."""

    number = Text(max_length=60)
    name = Text(max_length=160)
    plan = PlanField(help_text="The code of the service plan.")
    accepted_on = Day(help_text="When the acceptance was signed.")
    warranty_months = serializers.IntegerField(required=False, default=12, min_value=0, max_value=LONGEST_TERM)
    free_service_months = serializers.IntegerField(required=False, default=12, min_value=0, max_value=LONGEST_TERM)
    ends_on = Day(required=False, allow_null=True, default=None, help_text="The last day of the paid service, if there is one.")
    equipment = _ids(MOST_COVERED, help_text="The ids of what it covers; none: all that the organization has.")
    external_id = external_id()

    def validate_equipment(self, ids: list[int]) -> list[Equipment]:
        """Answer what is meant."""
        return self.rows(ids, selectors.equipment_for)


class ContractInput(ContractChangeInput):
    """A contract that was signed."""

    organization = Known(among=selectors.organizations_for, queryset=Organization.objects.none())


class AgreedKeyInput(Input):
    """Which of a contract's own times is meant; severity 0 is every one."""

    measure = Text(max_length=20, help_text="What is measured: response, diagnosis, onsite, restore …, as the plan has it.")
    severity = serializers.IntegerField(required=False, default=0, min_value=0, max_value=4)


class AgreedInput(AgreedKeyInput):
    """A time that is tighter than the plan's, with the clause that says so."""

    target = Text(max_length=40, help_text="For example `30min`, `4h` or `2 workdays`.")
    clause = Text.maybe(max_length=120)


class DowntimeInput(Input):
    """When equipment was, or is to be, down on purpose, and what for; at most 92 days."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = Text(max_length=200)
    external_id = external_id()


class ConfigurationChangeInput(Input):
    """What was changed: what it was before, what it is now, or both."""

    what = Text(max_length=120)
    before = Text.maybe(max_length=200)
    after = Text.maybe(max_length=200)
    source = Text.maybe(max_length=60, help_text="The number of the inspection, visit or ticket by which one knows.")  # type: ignore[assignment]
    external_id = external_id()


class PersonChangeInput(_Naming):
    """A customer's person; the address is theirs, an administrator changes it."""

    name = Text(max_length=80)
    phone = Text.maybe(max_length=40)
    role = serializers.ChoiceField(CUSTOMERS, required=False, default=Role.CUSTOMER)
    language = serializers.ChoiceField(LANGUAGES, required=False, default="zh-hans")
    sites = _ids(MOST_SITES, help_text="The ids of the sites they see; none: their own tickets only. A supervisor sees all.")
    external_id = external_id()

    def validate_sites(self, ids: list[int]) -> list[Site]:
        """Answer what is meant."""
        return self.rows(ids, selectors.sites_for)


class PersonInput(PersonChangeInput):
    """A customer's person to add: an account without a password. Nobody is invited; a password is asked for by mail."""

    organization = Known(among=selectors.organizations_for, queryset=Organization.objects.none())
    email = serializers.EmailField(max_length=254)

    def validate_email(self, address: str) -> str:
        """Answer it as it is kept."""
        return address.strip().lower()


class TargetsInput(Input):
    """The times of a period, such as `15min`; what is left out stays as in the plan. At least one."""

    response = Text.maybe(max_length=40)
    diagnosis = Text.maybe(max_length=40)
    onsite = Text.maybe(max_length=40)
    restore = Text.maybe(max_length=40)


class PeriodInput(_Naming):
    """A period of heightened service; it holds once it is announced. What `targets` leaves out is not tightened."""

    name = Text(max_length=80)
    name_en = Text.maybe(max_length=80)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    organizations = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST),
        min_length=1,
        max_length=MOST_SITES,
        help_text="The ids of the customers.",
    )
    targets = TargetsInput()
    note = Text.maybe(max_length=5000)

    def validate_organizations(self, ids: list[int]) -> list[Organization]:
        """Answer who is meant; whom the desk serves no more is not chosen."""
        return self.rows(ids, lambda user: selectors.organizations_for(user).filter(is_active=True))


class DutyInput(Input):
    """Somebody of ours on duty, from when to when; without a phone number the person's own."""

    person = Known(among=lambda _user: accounts.people(*PROVIDER_ROLES), queryset=User.objects.none(), help_text="The id of the account.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    phone = Text.maybe(max_length=40)


class RelievedInput(Input):
    """Whose duty ends."""

    duty = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="The id of the duty, as the period lists it.")
