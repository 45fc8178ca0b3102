"""Items, requests with their quotations, and upgrade campaigns."""

from catalogue.models.campaigns import Campaign, CampaignItem, Notice, Release, State
from catalogue.models.items import Group, Item, ItemVersion
from catalogue.models.requests import CURRENCY, Approval, Charge, Quotation, QuotationLine, Request

__all__ = [
    "CURRENCY",
    "Approval",
    "Campaign",
    "CampaignItem",
    "Charge",
    "Group",
    "Item",
    "ItemVersion",
    "Notice",
    "Quotation",
    "QuotationLine",
    "Release",
    "Request",
    "State",
]
