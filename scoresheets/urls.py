"""Where score sheets are."""

from django.urls import path

from scoresheets.views import scores, sheets

app_name = "scoresheets"

urlpatterns = [
    path("scoresheets/", scores.overview, name="list"),
    path("scoresheets/<int:pk>/", scores.score, name="score"),
    path("scoresheets/<int:pk>/issue/", scores.issue, name="issue"),
    path("scoresheets/<int:pk>/score.xlsx", scores.workbook, name="workbook"),
    path("scoresheets/lines/<int:pk>/dispute/", scores.dispute, name="dispute"),
    path("scoresheets/disputes/<int:pk>/answer/", scores.answer, name="answer"),
    path("scoresheets/sheets/", sheets.sheets, name="sheets"),
    path("scoresheets/sheets/new/", sheets.new_sheet, name="new_sheet"),
    path("scoresheets/sheets/<slug:code>/", sheets.sheet, name="sheet"),
    path("scoresheets/agreements/new/", sheets.agree, name="agree"),
    path("scoresheets/agreements/<int:pk>/end/", sheets.end, name="end"),
]
