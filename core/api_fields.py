"""The fields programs fill: forgiving about what words are called, not about what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.pages import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from accounts.models import User

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
