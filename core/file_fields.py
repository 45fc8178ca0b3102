"""Several files in one field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile
    from django.utils.safestring import SafeString

ACCEPT = ".png,.jpg,.jpeg,.gif,.webp,.pdf,.zip,.gz,.7z,.doc,.docx,.xls,.xlsx,.pptx,.mp4,.txt,.log,.csv,.json,.cfg,.conf,.ini"
"""What a browser offers to choose from; what is taken is decided by the content."""


class FilesInput(forms.FileInput):
    """A file input that takes several files; those kept from an earlier try are listed before it, to be unticked."""

    allow_multiple_selected = True
    kept: Sequence[Any] = ()
    kept_as = "kept"
    """The name by which what is kept is sent again; a form with several such fields needs several names."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Answer what is kept, and the input for more."""
        control = super().render(name, value, attrs, renderer)
        return render_to_string("components/kept_files.html", {"kept": self.kept, "name": self.kept_as}) + control if self.kept else control


class FilesField(forms.FileField):
    """Answers a list of uploads, empty where none was chosen; the services look into them."""

    widget = FilesInput

    def __init__(self, **given: Any) -> None:
        given.setdefault("label", _("Files"))
        given.setdefault("help_text", _("Pictures, PDF, Office files, text, CSV, ZIP or MP4."))
        super().__init__(required=False, widget=FilesInput(attrs={"accept": ACCEPT}), **given)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Answer the uploads as they came; an empty one is refused by the services, by its name."""
        uploads = data if isinstance(data, list | tuple) else [data]
        return [upload for upload in uploads if upload]
