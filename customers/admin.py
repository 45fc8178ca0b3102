"""Customers for administrators, each with its history."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from core.admin import Reading
from customers.models import ConfigurationChange, Contract, Equipment, Membership, Organization, Site


class OfOneCustomer(forms.ModelForm):
    """Keeps what the services keep: what was chosen belongs to one customer, and stays there."""

    stays: Any = _("A site stays with its organization; add a new site instead.")
    chosen, belongs, foreign = "", "", None  # type: str, str, Any
    """The field that names others, by what these belong to a customer, and what to say when it is another's."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse another organization, and what is another organization's."""
        given = super().clean() or self.cleaned_data
        organization = given.get("organization")
        if organization and self.instance.pk and "organization" in self.changed_data:
            self.add_error("organization", self.stays)
        if organization and self.chosen in given and given[self.chosen].exclude(**{self.belongs: organization}).exists():
            self.add_error(self.chosen, self.foreign)
        return given


class ContractForm(OfOneCustomer):
    """A contract."""

    stays = _("A contract stays with the organization that signed it.")
    chosen, belongs = "equipment", "site__organization"
    foreign = _("A contract covers only equipment of the organization that signed it.")


class MembershipForm(OfOneCustomer):
    """A customer's person."""

    stays = _("A person stays with their organization; add an account instead.")
    chosen, belongs = "sites", "organization"
    foreign = _("A person sees only sites of their own organization.")


class EquipmentForm(forms.ModelForm):
    """Equipment."""

    def clean_site(self) -> Site:
        """Refuse a site of another customer."""
        site: Site = self.cleaned_data["site"]
        if self.instance.pk and Equipment.objects.get(pk=self.instance.pk).site.organization_id != site.organization_id:
            raise forms.ValidationError(_("Equipment moves only between sites of its organization."))
        return site


@admin.register(Organization)
class OrganizationAdmin(SimpleHistoryAdmin):
    """Organizations."""

    list_display = ("code", "name", "short_name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name", "short_name")


@admin.register(Site)
class SiteAdmin(SimpleHistoryAdmin):
    """Sites."""

    form = OfOneCustomer
    list_display = ("name", "organization", "region", "contact_name", "contact_phone")
    list_filter = ("region",)
    list_select_related = ("organization", "region")
    search_fields = ("name", "organization__name", "address")
    autocomplete_fields = ("organization",)


@admin.register(Equipment)
class EquipmentAdmin(SimpleHistoryAdmin):
    """Equipment."""

    form = EquipmentForm
    list_display = ("name", "site", "kind", "maker", "model", "serial_number", "qr_id", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("site",)
    search_fields = ("name", "serial_number", "qr_id", "site__name", "site__organization__name")
    autocomplete_fields = ("site",)
    readonly_fields = ("qr_id",)


@admin.register(Contract)
class ContractAdmin(SimpleHistoryAdmin):
    """Contracts."""

    form = ContractForm
    list_display = ("number", "name", "organization", "plan", "accepted_on", "ends_on")
    list_filter = ("plan",)
    list_select_related = ("organization", "plan")
    search_fields = ("number", "name", "organization__name")
    autocomplete_fields = ("organization", "equipment")
    date_hierarchy = "accepted_on"


@admin.register(Membership)
class MembershipAdmin(SimpleHistoryAdmin):
    """Whose customers' people see which sites."""

    form = MembershipForm
    list_display = ("user", "organization")
    list_select_related = ("user", "organization")
    search_fields = ("user__email", "user__name", "organization__name")
    autocomplete_fields = ("user", "organization", "sites")


@admin.register(ConfigurationChange)
class ConfigurationChangeAdmin(Reading, admin.ModelAdmin):
    """Changes of configuration, to read: they are only added."""

    list_display = ("equipment", "what", "before", "after", "source", "at", "by")
    list_select_related = ("equipment", "by")
    search_fields = ("equipment__name", "equipment__serial_number", "what", "source")
    date_hierarchy = "at"
