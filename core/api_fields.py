"""The fields programs fill: forgiving about what words are called, not about what they say."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import UTC
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.forms import FIRST_DAY, LAST_DAY
from core.pages import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import QuerySet

    from accounts.models import User

_Row = TypeVar("_Row", bound=Model)

LONG = 20_000
SYNONYMS = {
    "service_request": "request",
    "service request": "request",
    "e-mail": "email",
    "API": "api",
    "on-site": "onsite",
    "on_site": "onsite",
    "third party": "third_party",
    "third-party": "third_party",
}
"""The same thing as plans and people write it."""


def moment() -> serializers.DateTimeField:
    """Answer a field for an instant that is read: in UTC, null where it has not come."""
    return serializers.DateTimeField(read_only=True, allow_null=True, default_timezone=UTC)


class Text(serializers.CharField):
    """Words of a person: without control characters, of bounded length; left out or null where they may be."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("max_length", LONG)
        super().__init__(**given)

    @classmethod
    def maybe(cls, **given: Any) -> Text:
        """Words that need not be said."""
        return cls(required=False, allow_blank=True, allow_null=True, default="", **given)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Take null for nothing said."""
        return super().run_validation("" if data is None and self.allow_null else data)

    def to_internal_value(self, data: Any) -> str:
        """Take a number that stands for a word, such as an id; a fraction is none."""
        if isinstance(data, float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day that the desk may have been open on, as its forms take it; what is counted from a day stays a day."""

    default_error_messages: ClassVar[dict[str, Any]] = {"out_of_range": _("Choose a day between 2000 and 2099.")}

    def to_internal_value(self, value: Any) -> date:
        """Refuse days of other centuries."""
        day: date = super().to_internal_value(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail("out_of_range")
        return day


class Word(serializers.ChoiceField):
    """One of a few words, however it is spelt."""

    def __init__(self, choices: Any, *, also: Mapping[str, str] | None = None, **given: Any) -> None:
        self.also = {**SYNONYMS, **(also or {})}
        super().__init__(choices, **given)

    def to_internal_value(self, data: Any) -> Any:
        """Answer the word as the product writes it."""
        return super().to_internal_value(self.also.get(data, data) if isinstance(data, str) else data)


class Known(serializers.PrimaryKeyRelatedField[Any]):
    """The id of something the caller may see; whatever else is as if it were not there.

    ``among`` answers for a person what that is, asked only when an id is given.
    """

    def __init__(self, *, among: Callable[[User], QuerySet[Any]], **given: Any) -> None:
        self.among = among
        super().__init__(**given)

    def get_queryset(self) -> QuerySet[Any]:
        """Answer what the caller may see; nobody sees nothing."""
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            return self.among(request.user)
        return cast("QuerySet[Any]", super().get_queryset())

    def to_internal_value(self, data: Any) -> Any:
        """Take a whole number, written as one or in digits."""
        if isinstance(data, str) and data.isascii() and data.isdecimal() and len(data) <= len(str(LARGEST)):
            data = int(data)
        if type(data) is not int:
            self.fail("incorrect_type", data_type=type(data).__name__)
        if not 0 < data <= LARGEST:
            self.fail("does_not_exist", pk_value=data)
        return super().to_internal_value(data)


class Output(serializers.ModelSerializer[_Row]):
    """What programs read of a row. What may be left open, a word of a few or an address, is said to be: the description names "" too."""

    def include_extra_kwargs(self, kwargs: MutableMapping[str, Any], extra_kwargs: MutableMapping[str, Any]) -> dict[str, Any]:
        """Keep what the framework leaves out of fields that are only read."""
        kept = {name: kwargs[name] for name in ("allow_blank",) if name in kwargs}
        return {**super().include_extra_kwargs(kwargs, extra_kwargs), **kept}


class Input(serializers.Serializer[Any]):
    """Refuses what it does not know: a misspelt name is not passed over in silence."""

    also: ClassVar[Mapping[str, str]] = {}
    """What a field may be called instead."""

    def __init_subclass__(cls, **given: Any) -> None:
        """Say in the schema what the fields may be called instead."""
        super().__init_subclass__(**given)
        if cls.also and cls.__doc__:
            read = "; ".join(f"`{name}` is read as `{field}`" for name, field in cls.also.items())
            cls.__doc__ = f"{cls.__doc__.strip()}\n\nAlso taken: {read}."

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Let what a form does not say be unsaid: no program leaves a box unticked."""
        fields = super().get_fields()
        for field in fields.values():
            if isinstance(field, serializers.BooleanField):
                field.default_empty_html = serializers.empty
        return fields

    def to_internal_value(self, data: Any) -> Any:
        """Check the names first."""
        return super().to_internal_value(self._named(data) if isinstance(data, dict) else data)

    def _named(self, data: dict[str, Any]) -> dict[str, Any]:
        named: dict[str, Any] = {}
        wrong: dict[str, list[serializers.ErrorDetail]] = {}
        for name, value in data.items():
            field = self.also.get(name, name)
            if field not in self.fields:
                wrong[name] = [self._unknown()]
            elif field in named or (isinstance(data, QueryDict) and len(data.getlist(name)) > 1):
                wrong[name] = [serializers.ErrorDetail(str(_("“%(field)s” is given twice; send it once.") % {"field": field}), "twice")]
            named[field] = value
        if wrong:
            raise serializers.ValidationError(wrong)
        return named

    def _unknown(self) -> serializers.ErrorDetail:
        known = ", ".join(self.fields) or _("none")
        return serializers.ErrorDetail(str(_("This field is not known; known are: %(names)s.") % {"names": known}), "unknown")
