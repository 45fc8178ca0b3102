"""Courses, their material, the sessions in which they are held, who came, and what they were certified; our own people's papers."""

from training.models.certificates import REMIND_DAYS, Certificate
from training.models.courses import Course, Kind, Material
from training.models.engineers import ENDLESS, STAFF_REMIND_DAYS, NamedEngineer, RegionalRepresentative, StaffCertificate
from training.models.sessions import Attendee, Move, Presence, Session, Status

__all__ = [
    "ENDLESS",
    "REMIND_DAYS",
    "STAFF_REMIND_DAYS",
    "Attendee",
    "Certificate",
    "Course",
    "Kind",
    "Material",
    "Move",
    "NamedEngineer",
    "Presence",
    "RegionalRepresentative",
    "Session",
    "StaffCertificate",
    "Status",
]
