"""Customers over REST: read by whoever may see them, entered and changed by our own people; strangers' are not found."""

from customers.api.contracts import ContractViewSet
from customers.api.people import PersonViewSet
from customers.api.periods import PeriodViewSet
from customers.api.places import EquipmentViewSet, OrganizationViewSet, SiteViewSet

__all__ = ["ContractViewSet", "EquipmentViewSet", "OrganizationViewSet", "PeriodViewSet", "PersonViewSet", "SiteViewSet"]
