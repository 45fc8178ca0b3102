"""Where calls are."""

from django.urls import path

from care.views import call, lists, making

app_name = "care"

urlpatterns = [
    path("calls/", lists.overview, name="list"),
    path("calls/figures/", lists.figures, name="figures"),
    path("calls/coverage/", lists.coverage, name="coverage"),
    path("calls/new/<int:site>/", making.new, name="new"),
    path("calls/scripts/", making.scripts, name="scripts"),
    path("calls/scripts/<slug:code>/", making.script, name="script"),
    path("calls/quotas/", making.quotas, name="quotas"),
    path("calls/<int:pk>/", call.call, name="call"),
    path("calls/<int:pk>/draft/", call.draft, name="draft"),
    path("calls/<int:pk>/do/<slug:step>/", call.act, name="act"),
    path("tickets/<str:number>/call/", making.of_ticket, name="of_ticket"),
]
