"""What can be done with courses, sessions, attendees and certificates; used through the module: ``services.plan(…)``."""

from training.services.attending import confirm, invite, mark, score, sign, uninvite
from training.services.certifying import remind_of_ends
from training.services.courses import add_material, save_course
from training.services.naming import change_named_engineer, check_named_engineers, name_engineer, save_representative
from training.services.planning import Draft, announce, cancel, change, move, plan
from training.services.reminding import remind_of_sessions
from training.services.rights import must_dispatch, must_teach
from training.services.staff import remind_of_staff_certificates, save_staff_certificate, withdraw_staff_certificate
from training.services.teaching import close, hold

__all__ = [
    "Draft",
    "add_material",
    "announce",
    "cancel",
    "change",
    "change_named_engineer",
    "check_named_engineers",
    "close",
    "confirm",
    "hold",
    "invite",
    "mark",
    "move",
    "must_dispatch",
    "must_teach",
    "name_engineer",
    "plan",
    "remind_of_ends",
    "remind_of_sessions",
    "remind_of_staff_certificates",
    "save_course",
    "save_representative",
    "save_staff_certificate",
    "score",
    "sign",
    "uninvite",
    "withdraw_staff_certificate",
]
