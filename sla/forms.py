"""Writing plans and calendars in the administration: the text of a file, checked by the same loader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.time import now
from sla import loading
from sla.errors import Unreadable
from sla.models import Calendar, Plan
from sla.reading import content_of, read_document

if TYPE_CHECKING:
    from sla.reading import Document


class ContentForm(forms.ModelForm):
    """The text of the newest version; changed text makes the next one."""

    content = forms.CharField(
        label=_("content"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 40, "cols": 120, "spellcheck": "false", "style": "font-family: monospace; width: 100%"}),
        help_text=_("As in the files that “manage.py load_plans” reads. What runs already keeps the version it was promised under."),
    )
    valid_from = forms.SplitDateTimeField(
        label=_("valid from"),
        required=False,
        help_text=_("When the changed content begins to hold; empty means at once."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.loaded: loading.Loaded | None = None
        if self.instance.pk:
            self.initial["content"] = content_of(self.instance)

    def clean(self) -> dict[str, Any]:
        """Load it to see whether it can be, and undo that."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["valid_from"] = (cleaned.get("valid_from") or now()).replace(microsecond=0)
        if "content" not in cleaned:
            return cleaned
        try:
            with transaction.atomic():
                self.load(None)
                transaction.set_rollback(True)
        except Unreadable as error:
            self.add_error("content", str(error))
        return cleaned

    def load(self, actor: Any) -> loading.Loaded:
        """Make the next version."""
        text = self.cleaned_data["content"].replace("\r\n", "\n")
        document = read_document(text, _file_name(self.instance))
        self._check(document)
        [loaded] = loading.load_documents([document], actor=actor, at=self.cleaned_data["valid_from"])
        return loaded

    def _check(self, document: Document) -> None:
        if document.is_calendar is not isinstance(self.instance, Calendar):
            raise document.refusal(
                (), str(_("this is a calendar, not a plan") if document.is_calendar else _("this is a plan, not a calendar"))
            )
        if self.instance.pk and document.data.get("code") != self.instance.code:
            raise document.refusal(
                ("code",), str(_("the code stays “%(code)s”: contracts and figures go by it") % {"code": self.instance.code})
            )
        if not self.instance.pk and type(self.instance).objects.filter(code=document.data.get("code")).exists():
            raise document.refusal(("code",), str(_("“%(code)s” is there already; change that one") % {"code": document.data.get("code")}))


def _file_name(row: Plan | Calendar) -> str:
    return f"{row.code or 'new'}.yaml"
