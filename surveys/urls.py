"""Where surveys are."""

from django.urls import path, re_path

from surveys.views import desk, public

app_name = "surveys"

urlpatterns = [
    path("surveys/", desk.overview, name="list"),
    path("surveys/answers/", desk.answers, name="answers"),
    path("surveys/<int:pk>/", desk.survey, name="survey"),
    re_path(r"^s/(?P<token>[A-Za-z0-9_-]{1,100})/$", public.link, name="link"),
]
