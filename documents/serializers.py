"""How documents look to other programs, and what these may send."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api_fields import Input, Output, Text, moment
from documents.models import LANGUAGES, Document, DocumentFile, Signature


class SignatureOutput(Output[Signature]):
    """The customer's word: whose name stands there, drawn or typed; or, with `refusal`, why it was not signed."""

    is_drawn = serializers.SerializerMethodField()
    at = moment()

    class Meta:
        model = Signature
        fields = ("name", "refusal", "seen", "is_drawn", "at", "device_of")
        read_only_fields = fields

    @extend_schema_field(bool)
    def get_is_drawn(self, signature: Signature) -> bool:
        """Answer whether it was drawn; else the name was typed."""
        return bool(signature.strokes)


class DocumentFileOutput(Output[DocumentFile]):
    """A PDF that was made of it."""

    made_at = moment()

    class Meta:
        model = DocumentFile
        fields = ("language", "sha256", "size", "made_at")
        read_only_fields = fields


class DocumentOutput(Output[Document]):
    """A document. `about` says what of, such as ticket/12, visit/3 or inspection/4; `hash` is of what it says (SHA-256)."""

    number = serializers.CharField(source="full_number", read_only=True)
    organization_name = serializers.CharField(source="organization.name", read_only=True)
    site_name = serializers.CharField(source="site.name", read_only=True, allow_null=True, default=None)
    hash = serializers.CharField(source="content_hash", read_only=True)
    replaced_by = serializers.IntegerField(source="replaced_by.pk", read_only=True, allow_null=True, default=None)
    issued_by_name = serializers.StringRelatedField[Any](source="issued_by", allow_null=True)
    issued_at = moment()
    sealed_at = moment()
    signature = SignatureOutput(read_only=True, allow_null=True, default=None)
    files = DocumentFileOutput(many=True, read_only=True)
    proof_url = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields: tuple[str, ...] = (
            "id", "kind", "number", "version", "status", "about", "organization", "organization_name", "site", "site_name", "replaces",
            "replaced_by", "reason", "hash", "issued_at", "issued_by", "issued_by_name", "sealed_at", "signature", "files", "proof_url",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_proof_url(self, document: Document) -> str:
        """Answer the public page that the code on the paper leads to."""
        return settings.PUBLIC_URL + reverse("documents:proof", args=[document.token])


class DocumentDetail(DocumentOutput):
    """A document with what it says, in the language of the request."""

    sheet = serializers.DictField(read_only=True, help_text="Title, facts, and blocks of words, tables, trends and photos.")

    class Meta(DocumentOutput.Meta):
        fields = (*DocumentOutput.Meta.fields, "sheet")
        read_only_fields = fields


class DocumentProofOutput(Output[Document]):
    """What is on record under the code of a paper; nothing of the customer. `is_intact`: what is stored still has this hash."""

    number = serializers.CharField(source="full_number", read_only=True)
    hash = serializers.CharField(source="content_hash", read_only=True)
    is_intact = serializers.SerializerMethodField()
    signed_by = serializers.SerializerMethodField()
    signed_at = serializers.DateTimeField(source="signature.at", read_only=True, allow_null=True, default=None)
    corrected_by = serializers.CharField(source="replaced_by.full_number", read_only=True, allow_null=True, default=None)
    corrected_at = serializers.DateTimeField(source="replaced_by.issued_at", read_only=True, allow_null=True, default=None)
    issued_at = moment()
    files = DocumentFileOutput(many=True, read_only=True)

    class Meta:
        model = Document
        fields = (
            "kind", "number", "version", "status", "issued_at", "hash", "is_intact", "signed_by", "signed_at", "corrected_by",
            "corrected_at", "files",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(bool)
    def get_is_intact(self, document: Document) -> bool:
        """Answer whether the hash is that of what is stored."""
        return document.is_intact

    @extend_schema_field(str)
    def get_signed_by(self, document: Document) -> str:
        """Answer whose name stands under it; nobody's where it was noted that it was not signed."""
        signature = getattr(document, "signature", None)
        return signature.name if signature is not None and signature.is_signed else ""


class DocumentSignInput(Input):
    """The customer's name, typed; a drawn signature is given on the page."""

    name = Text(max_length=80)
    seen = serializers.CharField(max_length=64, help_text="The `hash` of the document as you have shown it.")


class DocumentRefuseInput(Input):
    """Why it is not signed, and who said so."""

    reason = Text(max_length=300)
    name = Text.maybe(max_length=80)


class PdfInput(Input):
    """In which language."""

    language = serializers.ChoiceField(LANGUAGES, required=False, help_text="Left out: the language of the request.")
