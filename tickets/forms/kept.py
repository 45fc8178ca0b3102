"""Forms with files: a browser cannot be given its files back, so those that were accepted wait here while the rest is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.errors import DomainError
from tickets import services
from tickets.services import files as uploads

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from core.file_fields import FilesInput
    from tickets.services import FileDraft


class KeepsFiles(forms.Form):
    """A form with a field ``files``, of the person ``self.user``.

    ``cleaned_data["files"]`` are all of them, those kept from an earlier try first. Whoever shows a refused form
    again calls ``set_aside()`` first, and ``forget()`` once the files were taken over.
    """

    user: User

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        cast("FilesInput", self.fields["files"].widget).kept = self.kept

    @cached_property
    def chosen(self) -> list[UploadedFile]:
        """The files of this try that can be kept."""
        return []

    @cached_property
    def opened(self) -> list[UploadedFile]:
        """The files of earlier tries, open until they were taken over."""
        return []

    @cached_property
    def kept(self) -> list[FileDraft]:
        """The files of earlier tries that are still wanted."""
        data: Any = self.data
        tokens = data.getlist("kept") if self.is_bound else self.initial.get("kept", ())
        return services.recall_drafts(tokens, actor=self.user)

    def clean_files(self) -> list[UploadedFile]:
        """Refuse each file that cannot be kept by its name; the others stay."""
        wrong = []
        room = settings.ATTACHMENTS_MAX - len(self.kept)
        for upload in self.cleaned_data["files"]:
            try:
                uploads.check(upload)
            except DomainError as refusal:
                wrong.append(str(refusal))
            else:
                self.chosen.append(upload)
        if len(self.chosen) > room:
            del self.chosen[max(room, 0) :]
            wrong.append(_("At most %(limit)s files at once.") % {"limit": settings.ATTACHMENTS_MAX})
        if wrong:
            raise ValidationError(wrong)
        self.opened.extend(draft.open() for draft in self.kept)
        return [*self.opened, *self.chosen]

    def set_aside(self) -> None:
        """Keep the files of this try for the next one."""
        self._close()
        self.kept.extend(services.keep_draft(upload, actor=self.user) for upload in self.chosen)
        self.chosen.clear()

    def forget(self) -> None:
        """Drop what was kept: the files have found their place."""
        self._close()
        services.forget_drafts(self.kept)

    def _close(self) -> None:
        for upload in self.opened:
            upload.close()
        self.opened.clear()
