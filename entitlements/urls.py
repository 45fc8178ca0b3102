"""Where its pages are."""

from django.urls import path

from entitlements.views import charges, lists, quotations, remedies, terms

app_name = "entitlements"

urlpatterns = [
    path("warranty/", lists.ending, name="list"),
    path("warranty/overview/", lists.overview, name="overview"),
    path("warranty/rates/", charges.rates, name="rates"),
    path("warranty/equipment/<int:pk>/", terms.cover, name="cover"),
    path("warranty/terms/new/", terms.new, name="new_term"),
    path("warranty/terms/import/", terms.take_over, name="import"),
    path("warranty/terms/<int:pk>/", terms.term, name="term"),
    path("warranty/terms/<int:pk>/edit/", terms.edit, name="edit_term"),
    path("warranty/terms/<int:pk>/withdraw/", terms.withdraw, name="withdraw_term"),
    path("warranty/terms/<int:pk>/ask/", quotations.ask, name="ask"),
    path("warranty/quotations/", lists.quotations, name="quotations"),
    path("warranty/quotations/<int:pk>/", quotations.quotation, name="quotation"),
    path("warranty/quotations/<int:pk>/<slug:step>/", quotations.act, name="quotation_step"),
    path("warranty/remedies/", lists.remedies, name="remedies"),
    path("warranty/remedies/<int:pk>/", remedies.remedy, name="remedy"),
    path("warranty/remedies/<int:pk>/<slug:step>/", remedies.act, name="remedy_step"),
    path("warranty/visits/<int:pk>/<slug:step>/", charges.act, name="charge"),
    path("tickets/<str:number>/remedies/new/", remedies.new, name="new_remedy"),
]
