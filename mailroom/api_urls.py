"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from mailroom.api import MailViewSet

router = SimpleRouter()
router.register("mails", MailViewSet, "mail")
