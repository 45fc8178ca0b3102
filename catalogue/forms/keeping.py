"""Files of an item's form: a browser cannot be given them back, so they wait here while the rest is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.functional import cached_property

from core.errors import DomainError
from tickets import services as tickets
from tickets.services import files as attachments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.files.uploadedfile import UploadedFile
    from django.forms import Form

    from accounts.models import User
    from catalogue.engine import Field
    from core.file_fields import FilesInput
    from tickets.services import FileDraft

KEPT = "kept-"


class Keeping:
    """The files of a form by field: those sent now, and those kept from an earlier try; one where the item asks for one."""

    def __init__(self, form: Form, fields: Iterable[Field], prefix: str, user: User | None) -> None:
        self.form, self.prefix, self.user = form, prefix, user
        self.fields = [each for each in fields if each.kind == "file"]
        self.opened: list[UploadedFile] = []
        self.kept: dict[str, list[FileDraft]] = {each.code: self._recalled(each) for each in self.fields}
        for each in self.fields:
            widget = cast("FilesInput", form.fields[prefix + each.code].widget)
            widget.kept, widget.kept_as = self.kept[each.code], KEPT + each.code

    def _recalled(self, each: Field) -> list[FileDraft]:
        if self.user is None or not self.form.is_bound:
            return []
        return tickets.recall_drafts(self.form.data.getlist(KEPT + each.code), actor=self.user)  # type: ignore[attr-defined]

    def _sent(self, each: Field) -> list[UploadedFile]:
        return list(self.form.files.getlist(self.prefix + each.code))

    def names(self) -> dict[str, list[str]]:
        """Answer what the wanted files are called, by field; none is opened."""
        found = {
            each.code: [*(draft.name for draft in self._earlier(each)), *(file.name or "" for file in self._sent(each))]
            for each in self.fields
        }
        return {code: names for code, names in found.items() if names}

    def _earlier(self, each: Field) -> list[FileDraft]:
        """Answer what was kept and is still wanted: where one only is asked for, it gives way to what is sent now."""
        return self.kept[each.code] if each.several or not self._sent(each) else []

    @cached_property
    def uploads(self) -> dict[str, Sequence[UploadedFile]]:
        """Answer the files that are wanted, by field, what was kept first; open until they are set aside or forgotten."""
        found: dict[str, Sequence[UploadedFile]] = {}
        for each in self.fields:
            earlier = [draft.open() for draft in self._earlier(each)]
            self.opened += earlier
            if files := [*earlier, *self._sent(each)]:
                found[each.code] = files
        return found

    def set_aside(self) -> None:
        """Keep what was sent now for the next try; what would not be taken is not kept."""
        if self.user is None:
            return
        self._close()
        for each in self.fields:
            taken = [upload for upload in self._sent(each) if _is_taken(upload)]
            kept = self.kept[each.code]
            if taken and not each.several:
                tickets.forget_drafts(kept)
                kept.clear()
            kept += [tickets.keep_draft(upload, actor=self.user) for upload in taken]

    def forget(self) -> None:
        """Drop what was kept: the files have found their place."""
        self._close()
        for drafts in self.kept.values():
            tickets.forget_drafts(drafts)

    def _close(self) -> None:
        for upload in self.opened:
            upload.close()
        self.opened.clear()


def _is_taken(upload: UploadedFile) -> bool:
    try:
        attachments.check(upload)
    except DomainError:
        return False
    return True
