"""What people type about training; the forms only validate."""

from training.forms.courses import CourseForm, MaterialForm
from training.forms.engineers import (
    EngineersFilter,
    NamedEngineerChangeForm,
    NamedEngineerForm,
    RepresentativeForm,
    StaffCertificateForm,
    WithdrawForm,
)
from training.forms.lists import CertificatesFilter, OwedFilter, SessionsFilter
from training.forms.people import AttendeeForm, ScoresForm, SignForm
from training.forms.sessions import ChangeForm, CustomerForm, MoveForm, ReasonForm, SessionForm

__all__ = [
    "AttendeeForm",
    "CertificatesFilter",
    "ChangeForm",
    "CourseForm",
    "CustomerForm",
    "EngineersFilter",
    "MaterialForm",
    "MoveForm",
    "NamedEngineerChangeForm",
    "NamedEngineerForm",
    "OwedFilter",
    "ReasonForm",
    "RepresentativeForm",
    "ScoresForm",
    "SessionForm",
    "SessionsFilter",
    "SignForm",
    "StaffCertificateForm",
    "WithdrawForm",
]
