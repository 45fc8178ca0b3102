"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from archive.api import ArchiveExportViewSet, EquipmentTimelineViewSet, OrganizationTimelineViewSet, SiteTimelineViewSet

router = SimpleRouter()
router.register(r"organizations/(?P<id>[0-9]+)/archive", OrganizationTimelineViewSet, "organization-archive")
router.register(r"sites/(?P<id>[0-9]+)/archive", SiteTimelineViewSet, "site-archive")
router.register(r"equipment/(?P<id>[0-9]+)/archive", EquipmentTimelineViewSet, "equipment-archive")
router.register("archive-exports", ArchiveExportViewSet, "archive-export")
