"""How training looks to other programs, and what these may send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.access import who
from accounts.models import PROVIDER_ROLES, User
from core.api_fields import Input, Known, Output, Text, moment
from customers import selectors as customers
from customers.models import Contract, Organization, Site
from training import selectors
from training.models import Attendee, Certificate, Course, Material, NamedEngineer, Presence, Session, StaffCertificate

if TYPE_CHECKING:
    from django.db.models import QuerySet


class MaterialOutput(Output[Material]):
    """A file of a course, its newest version; fetched with a session at its page's address."""

    class Meta:
        model = Material
        fields = ("id", "title", "version", "note", "name", "size", "content_type", "sha256")
        read_only_fields = fields


class CourseOutput(Output[Course]):
    """A course; `pass_mark` is of 100 points, `valid_months` how long its certificate is valid."""

    skills: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", many=True, read_only=True)

    class Meta:
        model = Course
        fields = (
            "id", "code", "name", "name_en", "kind", "hours", "goals", "goals_en", "outline", "outline_en", "products", "skills",
            "pass_mark", "valid_months", "is_active",
        )  # fmt: skip
        read_only_fields = fields


class TrainingOutput(Output[Session]):
    """A session of a course; `obligation` is what it fulfilled once it is closed."""

    number = serializers.CharField(read_only=True)
    course = serializers.SlugRelatedField[Any]("code", read_only=True)
    course_name = serializers.CharField(source="course.name", read_only=True)
    kind = serializers.CharField(source="course.kind", read_only=True)
    organization_name = serializers.CharField(source="organization.name", read_only=True)
    contract_number = serializers.CharField(source="contract.number", read_only=True, allow_null=True, default=None)
    office: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    place = serializers.CharField(read_only=True)
    trainers: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("name", many=True, read_only=True)
    seats_taken = serializers.IntegerField(read_only=True)
    present = serializers.IntegerField(source="came", read_only=True)
    starts_at = moment()
    ends_at = moment()
    announced_at = moment()
    held_at = moment()
    ended_at = moment()

    class Meta:
        model = Session
        fields = (
            "id", "number", "status", "course", "course_name", "kind", "organization", "organization_name", "contract", "contract_number",
            "office", "site", "place", "online_link", "starts_at", "ends_at", "capacity", "seats_taken", "present", "trainers", "note",
            "reason", "announced_at", "held_at", "ended_at", "obligation",
        )  # fmt: skip
        read_only_fields = fields


class AttendeeOutput(Output[Attendee]):
    """Somebody on the list of a session."""

    certificate = serializers.CharField(source="certificate.number", read_only=True, allow_null=True, default=None)
    signed_at = moment()

    class Meta:
        model = Attendee
        fields: tuple[str, ...] = ("id", "user", "name", "presence", "signed_at", "certificate")
        read_only_fields = fields


class AttendeeDetail(AttendeeOutput):
    """The same, and for our own people how to reach them and their points; others are told nothing there."""

    class Meta(AttendeeOutput.Meta):
        fields = (*AttendeeOutput.Meta.fields, "phone", "email", "score")
        read_only_fields = fields

    def to_representation(self, instance: Attendee) -> dict[str, Any]:
        """Leave open what is not the caller's to know."""
        said = super().to_representation(instance)
        ours = who(self.context["request"]).is_provider
        return said if ours else {**said, "phone": "", "email": "", "score": None}


class TrainingCertificateOutput(Output[Certificate]):
    """A certificate; `proof` is the public page that says whether it is on record."""

    course = serializers.CharField(source="session.course.code", read_only=True)
    course_name = serializers.CharField(source="session.course.name", read_only=True)
    proof = serializers.SerializerMethodField()

    class Meta:
        model = Certificate
        fields = (
            "id",
            "number",
            "name",
            "attendee",
            "session",
            "course",
            "course_name",
            "organization",
            "issued_on",
            "valid_until",
            "proof",
        )
        read_only_fields = fields

    def get_proof(self, row: Certificate) -> str:
        """Answer the path of the page of proof."""
        return f"/d/{row.document.token}/"


class StaffCertificateOutput(Output[StaffCertificate]):
    """A certificate of one of ours; `expires_on` is its last day, null: without an end."""

    person_name = serializers.CharField(source="person.name", read_only=True)
    skill: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("code", read_only=True, allow_null=True)

    class Meta:
        model = StaffCertificate
        fields = (
            "id", "person", "person_name", "name", "name_en", "issuer", "number", "skill", "issued_on", "expires_on", "withdrawn_because",
        )  # fmt: skip
        read_only_fields = fields


class NamedPaperOutput(Output[StaffCertificate]):
    """A certificate as the customer of a contract sees it."""

    class Meta:
        model = StaffCertificate
        fields = ("name", "name_en", "issuer", "number", "expires_on")
        read_only_fields = fields


class NamedEngineerOutput(Output[NamedEngineer]):
    """Whom a contract names; `certificates` are those that hold today, `gaps` what is amiss (null for customers)."""

    contract_number = serializers.CharField(source="contract.number", read_only=True)
    person_name = serializers.CharField(source="person.name", read_only=True)
    deputy_name = serializers.CharField(source="deputy.name", read_only=True, allow_null=True, default=None)
    required = serializers.ListField(source="requirements", child=serializers.CharField(), read_only=True)  # type: ignore[assignment]
    certificates = serializers.SerializerMethodField()
    gaps = serializers.SerializerMethodField()
    consented_at = moment()

    class Meta:
        model = NamedEngineer
        fields = (
            "id", "contract", "contract_number", "role", "role_en", "person", "person_name", "deputy", "deputy_name", "required",
            "starts_on", "ends_on", "certificates", "gaps", "consented_by", "consented_how", "consented_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(NamedPaperOutput(many=True))
    def get_certificates(self, row: NamedEngineer) -> Any:
        """Answer the person's certificates that hold today."""
        return NamedPaperOutput(row.valid_certificates(self.context["today"]), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField(), allow_null=True))
    def get_gaps(self, row: NamedEngineer) -> list[str] | None:
        """Answer what is amiss, each as kind:certificate:day."""
        return [gap.code for gap in row.gaps_on(self.context["today"])] if self.context["for_staff"] else None


def _staff(_user: User) -> QuerySet[User]:
    return User.objects.filter(is_active=True, role__in=PROVIDER_ROLES)


class TrainingPlaceInput(Input):
    """Where, by whom, how many."""

    course = serializers.SlugRelatedField[Any]("code", queryset=Course.objects.filter(is_active=True))
    organization = Known(among=customers.organizations_for, queryset=Organization.objects.none())
    contract = Known(among=customers.contracts_for, queryset=Contract.objects.none(), required=False, allow_null=True)
    site = Known(among=customers.sites_for, queryset=Site.objects.none(), required=False, allow_null=True)
    room = Text.maybe(max_length=120)
    online_link = serializers.URLField(max_length=300, required=False, allow_blank=True)
    capacity = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    trainers = Known(among=_staff, queryset=User.objects.none(), many=True)
    note = Text.maybe(max_length=2000)


class TrainingInput(TrainingPlaceInput):
    """A session to plan."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class TrainingMoveInput(Input):
    """Another time, and why."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = Text(max_length=300)


class TrainingCancelInput(Input):
    """Why it is called off."""

    reason = Text(max_length=300)


class AttendeeInput(Input):
    """Somebody to put on the list: the id of an account, or a name."""

    user = Known(among=selectors.colleagues_for, queryset=User.objects.none(), required=False, allow_null=True)
    name = Text.maybe(max_length=80)
    phone = Text.maybe(max_length=40)
    email = serializers.EmailField(required=False, allow_blank=True)


class TrainingPresenceInput(Input):
    """Whether one person was there; `score` is of 100 points, entered after the session was held."""

    attendee = serializers.IntegerField(min_value=1)
    presence = serializers.ChoiceField([Presence.PRESENT.value, Presence.ABSENT.value], required=False)
    score = serializers.DecimalField(max_digits=4, decimal_places=1, min_value=0, max_value=100, required=False, allow_null=True)


class AttendanceInput(Input):
    """Who was there."""

    attendance = TrainingPresenceInput(many=True)
