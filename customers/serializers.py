"""How customers look to other programs."""

from __future__ import annotations

from rest_framework import serializers

from core.api_fields import Output
from customers.models import AgreedTarget, Contract, Equipment, Organization, Site


class OrganizationOutput(Output):
    """A customer."""

    class Meta:
        model = Organization
        fields = ("id", "code", "name", "short_name", "is_active")
        read_only_fields = fields


class SiteOutput(Output):
    """A site, with the codes of its region and of the office that serves it."""

    region: serializers.SlugRelatedField = serializers.SlugRelatedField("code", read_only=True)
    office: serializers.SlugRelatedField = serializers.SlugRelatedField("code", source="region.office", read_only=True)

    class Meta:
        model = Site
        fields = ("id", "organization", "name", "address", "region", "office", "contact_name", "contact_phone")
        read_only_fields = fields


class EquipmentOutput(Output):
    """A system or device."""

    organization = serializers.IntegerField(source="site.organization_id", read_only=True)

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
            "is_active",
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
            "accepted_on",
            "warranty_until",
            "free_until",
            "ends_on",
            "in_force_until",
            "covers_all",
            "equipment",
            "agreed",
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
