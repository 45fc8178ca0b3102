"""How customers look to other programs."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Role
from core.api_fields import Output, moment
from core.time import now
from customers.models import (
    AgreedTarget,
    ConfigurationChange,
    Contract,
    Downtime,
    Duty,
    Equipment,
    HeightenedPeriod,
    Membership,
    Organization,
    Site,
)

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
CUSTOMERS = [(role.value, role.label) for role in (Role.CUSTOMER, Role.SUPERVISOR)]
PERIOD_STATES = ["draft", "coming", "now", "over"]


class OrganizationOutput(Output):
    """A customer."""

    class Meta:
        model = Organization
        fields = ("id", "code", "name", "short_name", "is_active", "external_id")
        read_only_fields = fields


class SiteOutput(Output):
    """A site, with the codes of its region and of the office that serves it."""

    region: serializers.SlugRelatedField = serializers.SlugRelatedField("code", read_only=True)
    office: serializers.SlugRelatedField = serializers.SlugRelatedField("code", source="region.office", read_only=True)

    class Meta:
        model = Site
        fields = ("id", "organization", "name", "address", "region", "office", "contact_name", "contact_phone", "external_id")
        read_only_fields = fields


class EquipmentOutput(Output):
    """A system or device; `skill` is the code of what an engineer needs for it."""

    organization = serializers.IntegerField(source="site.organization_id", read_only=True)
    skill: serializers.SlugRelatedField = serializers.SlugRelatedField("code", read_only=True, allow_null=True)

    class Meta:
        model = Equipment
        fields = (
            "id",
            "organization",
            "site",
            "kind",
            "name",
            "maker",
            "model",
            "serial_number",
            "qr_id",
            "accepted_on",
            "maker_warranty_until",
            "skill",
            "is_active",
            "external_id",
        )
        read_only_fields = fields


class AgreedOutput(Output):
    """A target tighter than the plan's; severity 0 is every one."""

    class Meta:
        model = AgreedTarget
        fields = ("measure", "severity", "target", "clause")
        read_only_fields = fields


class ContractOutput(Output):
    """A contract; `equipment` is empty where it covers all of the organization's."""

    plan: serializers.SlugRelatedField = serializers.SlugRelatedField("code", read_only=True)
    plan_version = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The version of the plan that holds now; null where it has none yet."
    )
    warranty_until = serializers.DateField(read_only=True)
    free_until = serializers.DateField(read_only=True)
    in_force_until = serializers.DateField(read_only=True)
    covers_all = serializers.SerializerMethodField()
    agreed = AgreedOutput(many=True, read_only=True)

    class Meta:
        model = Contract
        fields = (
            "id",
            "organization",
            "number",
            "name",
            "plan",
            "plan_version",
            "accepted_on",
            "warranty_months",
            "free_service_months",
            "warranty_until",
            "free_until",
            "ends_on",
            "in_force_until",
            "covers_all",
            "equipment",
            "agreed",
            "external_id",
        )
        read_only_fields = fields

    def get_covers_all(self, contract: Contract) -> bool:
        """Whether no equipment is named."""
        return contract.equipment_count == 0  # type: ignore[attr-defined]


class EntitlementOutput(serializers.Serializer):
    """What a place is entitled to today."""

    day = serializers.DateField()
    office = serializers.CharField(source="office.code")
    contract = serializers.CharField(source="contract.number", allow_null=True)
    plan = serializers.CharField(source="plan.code", allow_null=True)
    covered = serializers.BooleanField()
    warranty = serializers.BooleanField()
    warranty_until = serializers.DateField(allow_null=True)
    free = serializers.BooleanField()
    free_until = serializers.DateField(allow_null=True)
    sentences = serializers.ListField(child=serializers.CharField())


class PersonOutput(Output):
    """A customer's person: `account` is the id of their account. A supervisor sees all sites, whatever `sites` says."""

    account = serializers.IntegerField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    phone = serializers.CharField(source="user.phone", read_only=True)
    role = serializers.ChoiceField(source="user.role", choices=CUSTOMERS, read_only=True)
    language = serializers.ChoiceField(source="user.language", choices=LANGUAGES, read_only=True)
    is_active = serializers.BooleanField(source="user.is_active", read_only=True)

    class Meta:
        model = Membership
        fields = (
            "id", "account", "organization", "name", "email", "phone", "role", "language", "sites", "is_active", "external_id",
        )  # fmt: skip
        read_only_fields = fields


class DutyOutput(Output):
    """Somebody on duty; `person` is the id of their account."""

    name = serializers.CharField(source="person.name", read_only=True)
    starts_at = moment()
    ends_at = moment()

    class Meta:
        model = Duty
        fields = ("id", "person", "name", "starts_at", "ends_at", "phone")
        read_only_fields = fields


class PeriodOutput(Output):
    """A period of heightened service: which times, for whom, and who is on duty. A customer reads their own organization only."""

    starts_at = moment()
    ends_at = moment()
    announced_at = moment()
    state = serializers.SerializerMethodField()
    organizations = serializers.SerializerMethodField(help_text="The ids of the customers.")
    targets = serializers.SerializerMethodField(help_text="For each measure that is tightened its time.")
    duties = DutyOutput(many=True, read_only=True)

    class Meta:
        model = HeightenedPeriod
        fields = (
            "id", "name", "name_en", "starts_at", "ends_at", "state", "organizations", "targets", "note", "announced_at", "duties",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(PERIOD_STATES))
    def get_state(self, period: HeightenedPeriod) -> str:
        """Answer how it stands."""
        return period.state(now())

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_organizations(self, period: HeightenedPeriod) -> list[int]:
        """Answer whom it is for, as far as the reader is to know."""
        reader = self.context["request"].user
        own = getattr(getattr(reader, "membership", None), "organization_id", None)
        return [row.pk for row in period.organizations.all() if reader.is_provider or row.pk == own]

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_targets(self, period: HeightenedPeriod) -> dict[str, str]:
        """Answer the times."""
        return {row.measure: row.target for row in period.agreed.all()}


class DowntimeOutput(Output):
    """When equipment was, or is to be, down on purpose."""

    starts_at = moment()
    ends_at = moment()
    entered_at = moment()

    class Meta:
        model = Downtime
        fields = ("id", "equipment", "starts_at", "ends_at", "reason", "entered_at", "external_id")
        read_only_fields = fields


class ConfigurationChangeOutput(Output):
    """What was changed at an equipment, and by whose report one knows (`source`)."""

    at = moment()
    by = serializers.SerializerMethodField(help_text="Who changed it; empty where the desk itself did.")

    class Meta:
        model = ConfigurationChange
        fields = ("id", "equipment", "what", "before", "after", "source", "at", "by", "external_id")
        read_only_fields = fields

    def get_by(self, change: ConfigurationChange) -> str:
        """Answer the name."""
        return str(change.by or "")
