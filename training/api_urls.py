"""Addresses under /api/v1/."""

from rest_framework.routers import SimpleRouter

from training.api import CertificateViewSet, CourseViewSet, NamedEngineerViewSet, SessionViewSet, StaffCertificateViewSet

router = SimpleRouter()
router.register("training/courses", CourseViewSet, "training-course")
router.register("training/sessions", SessionViewSet, "training-session")
router.register("training/certificates", CertificateViewSet, "training-certificate")
router.register("staff-certificates", StaffCertificateViewSet, "staff-certificate")
router.register("named-engineers", NamedEngineerViewSet, "named-engineer")
