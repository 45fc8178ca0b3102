"""What is typed about how an account speaks TMF621."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers import selectors as customers
from customers.models import Site
from tickets.models import Kind

if TYPE_CHECKING:
    from tmf.models import Profile

ROWS, MOST = 6, 100
"""Lines of a table of words that are shown at once, and that it may have."""


class WordsField(forms.CharField):
    """A table of words: a line each, the caller's word, ``=``, and what it is here."""

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": ROWS}), max_length=10_000, **given)

    def prepare_value(self, value: Any) -> Any:
        """Write a table as lines."""
        return "\n".join(f"{word} = {meaning}" for word, meaning in value.items()) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        """Read the lines."""
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST:
            raise forms.ValidationError(_("At most 100 words."))
        return dict(self._read(line) for line in lines)

    def _read(self, line: str) -> tuple[str, Any]:
        word, sign, meaning = (part.strip() for part in line.rpartition("="))
        if not (word and sign and meaning):
            raise forms.ValidationError(_("Write each line as word = meaning: “%(line)s”."), params={"line": line[:80]})
        return word, self.meant(meaning)

    def meant(self, meaning: str) -> Any:
        """Read what stands behind the sign."""
        if meaning not in Kind.values:
            choices = {"choices": ", ".join(Kind.values)}
            raise forms.ValidationError(_("Choose one of: %(choices)s.") % choices)
        return meaning


class SeveritiesField(WordsField):
    """A table of words for severities."""

    def meant(self, meaning: str) -> int:
        """Read a severity."""
        if meaning not in {"1", "2", "3", "4"}:
            raise forms.ValidationError(_("The severity is a number from 1 (worst) to 4."))
        return int(meaning)


class ProfileForm(forms.Form):
    """How an account speaks; whose it is is said when it is made."""

    account = forms.EmailField(label=_("Account (e-mail)"), help_text=_("As whom the other helpdesk signs in."))
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=_("none"),
        help_text=_("Where a report belongs that names neither equipment nor site."),
    )
    severities = SeveritiesField(
        label=_("Severities"), help_text=_("A line each: their word = our severity, 1 (worst) to 4. Common words are known without this.")
    )
    kinds = WordsField(
        label=_("Ticket types"), help_text=_("A line each: their word = fault, consultation, complaint or request. Common words are known.")
    )
    is_partial = forms.BooleanField(
        label=_("Answer a part of a list with 206"),
        required=False,
        help_text=_("For programs that expect it; others take it for an error."),
    )

    def __init__(self, *args: Any, profile: Profile | None = None, user: User, **given: Any) -> None:
        if profile is not None:
            given["initial"] = {name: getattr(profile, name) for name in ("site", "severities", "kinds", "is_partial")}
        super().__init__(*args, **given)
        sites = customers.sites_for(profile.account if profile else user).filter(organization__is_active=True)
        self.fields["site"].queryset = sites.select_related("organization").order_by("organization__name", "name")  # type: ignore[attr-defined]
        self.fields["site"].label_from_instance = lambda site: f"{site.organization} · {site.name}"  # type: ignore[attr-defined]
        if profile is not None:
            del self.fields["account"]

    def clean_account(self) -> User:
        """Find the account."""
        found: User | None = User.objects.filter(is_active=True, email__iexact=self.cleaned_data["account"]).first()
        if found is None:
            raise forms.ValidationError(_("There is no active account with this address."))
        if hasattr(found, "tmf_profile"):
            raise forms.ValidationError(_("This account has a profile already; change that one."))
        return found
