"""The product's addresses and one page that shows every component, for tests only."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from core.pages import Page
from core.time import now
from servicedesk import urls as product


class Sample(forms.Form):
    subject = forms.CharField(label="Subject", help_text="A few words.")
    words = forms.CharField(label="Words", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("fault", "Fault"), ("complaint", "Complaint")])
    severity = forms.ChoiceField(label="Severity", choices=[("1", "重大"), ("2", "紧急")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed")
    files = forms.FileField(label="Files", required=False)


def clocks() -> list[dict[str, object]]:
    at = now()
    minutes = lambda n: timedelta(minutes=n)  # noqa: E731
    return [
        {"name": "响应", "state": "running", "due_at": at + minutes(42), "remaining_seconds": 2520, "share": 0.3},
        {"name": "诊断", "state": "running", "due_at": at + minutes(9), "remaining_seconds": 540, "share": 0.9},
        {"name": "到场", "state": "running", "due_at": at - minutes(5), "remaining_seconds": -300, "share": 1.1},
        {"name": "恢复", "state": "paused", "due_at": None, "remaining_seconds": 7200, "share": 0.5},
        {"name": "响应", "state": "met", "due_at": at, "met_at": at - minutes(3)},
        {"name": "诊断", "state": "missed", "due_at": at - minutes(100), "met_at": at - minutes(40)},
        {"name": "方案", "state": "pending", "due_at": None},
        {"name": "备件", "state": "void", "due_at": None},
    ]


def gallery(request: HttpRequest) -> HttpResponse:
    given = {
        "clocks": clocks(),
        "form": Sample(),
        "wrong": Sample({"kind": "nothing"}, prefix="wrong"),
        "page": Page([], next_cursor="x", previous_cursor="y"),
        "figures": {"labels": ["响应", "诊断"], "series": [{"name": "达成", "values": [98, 91]}], "unit": "%"},
        "at": now() - timedelta(hours=3),
        "tones": ("accent", "info", "met", "risk", "late", "paused", "none"),
    }
    return render(request, "gallery.html", given)


urlpatterns = [path("gallery/", gallery), *product.urlpatterns]
handler400, handler403, handler404, handler500 = product.handler400, product.handler403, product.handler404, product.handler500
