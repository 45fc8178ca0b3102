"""Where surveys are."""

from django.urls import path, re_path

from surveys.views import answers, campaigns, codes, desk, letters, public, results, rules, templates

app_name = "surveys"

urlpatterns = [
    path("surveys/", desk.overview, name="list"),
    path("surveys/answers/", answers.answers, name="answers"),
    path("surveys/answers/<int:pk>/", answers.answer, name="answer"),
    path("surveys/answers/<int:pk>/scan/", answers.scan, name="scan"),
    path("surveys/low/", answers.low, name="low"),
    path("surveys/left-out/", rules.left_out, name="left_out"),
    path("surveys/results/", results.results, name="results"),
    path("surveys/results/<str:kind>/", results.export, name="export"),
    path("surveys/templates/", templates.templates, name="templates"),
    path("surveys/templates/new/", templates.new, name="new_template"),
    path("surveys/templates/<slug:code>/", templates.template, name="template"),
    path("surveys/templates/<slug:code>/facts/", templates.facts, name="facts"),
    path("surveys/templates/<slug:code>/edit/", templates.edit, name="edit"),
    path("surveys/templates/<slug:code>/publish/", templates.publish, name="publish"),
    path("surveys/templates/<slug:code>/preview/<int:number>/", templates.preview, name="preview"),
    path("surveys/templates/<slug:code>/questions/", templates.add, name="add_question"),
    path("surveys/questions/<int:pk>/", templates.change, name="question"),
    path("surveys/questions/<int:pk>/<str:step>/", templates.step, name="question_step"),
    path("surveys/rules/", rules.rules, name="rules"),
    path("surveys/rules/<int:pk>/", rules.rule, name="rule"),
    path("surveys/campaigns/", campaigns.campaigns, name="campaigns"),
    path("surveys/campaigns/new/", campaigns.new, name="new_campaign"),
    path("surveys/campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("surveys/campaigns/<int:pk>/edit/", campaigns.edit, name="edit_campaign"),
    path("surveys/campaigns/<int:pk>/<str:step>/", campaigns.step, name="campaign_step"),
    path("surveys/posters/", codes.posters, name="posters"),
    path("surveys/posters/<int:pk>/", codes.poster, name="poster"),
    path("surveys/posters/<int:pk>/down/", codes.down, name="take_down"),
    path("surveys/visits/<int:pk>/code/", codes.visit, name="visit_code"),
    path("surveys/<int:pk>/", desk.survey, name="survey"),
    path("surveys/<int:pk>/letter/", letters.letter, name="letter"),
    path("surveys/<int:pk>/enter/", letters.enter, name="enter"),
    re_path(r"^s/(?P<token>[A-Za-z0-9_-]{1,100})/$", public.link, name="link"),
    re_path(r"^s/p/(?P<token>[A-Za-z0-9_-]{1,100})/$", public.poster, name="poster_link"),
]
