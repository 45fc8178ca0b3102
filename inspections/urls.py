"""Where inspections are."""

from django.urls import path

from inspections.views import fill, findings, finish, lists, photos, plans, visit

app_name = "inspections"

urlpatterns = [
    path("inspections/", lists.visits, name="list"),
    path("inspections/year/", lists.year, name="year"),
    path("inspections/findings/", findings.findings, name="findings"),
    path("inspections/findings/<int:pk>/", findings.finding, name="finding"),
    path("inspections/findings/<int:pk>/fault/", findings.fault, name="fault"),
    path("inspections/plans/", plans.plans, name="plans"),
    path("inspections/plans/new/", plans.new_plan, name="new_plan"),
    path("inspections/plans/<int:pk>/", plans.plan, name="plan"),
    path("inspections/photos/<int:pk>/", photos.photo, name="photo"),
    path("inspections/photos/<int:pk>/drop/", photos.drop, name="drop_photo"),
    path("inspections/<int:pk>/", visit.visit, name="visit"),
    path("inspections/<int:pk>/start/", visit.start, name="start"),
    path("inspections/<int:pk>/fill/", fill.fill, name="fill"),
    path("inspections/<int:pk>/items/<int:position>/", fill.item, name="item"),
    path("inspections/<int:pk>/items/<int:position>/photos/", fill.photos, name="photos"),
    path("inspections/<int:pk>/carried/<int:finding>/", fill.verdict, name="verdict"),
    path("inspections/<int:pk>/finish/", finish.finish, name="finish"),
    path("inspections/<int:pk>/sign/", visit.sign, name="sign"),
    path("inspections/<int:pk>/report/", visit.report, name="report"),
    path("inspections/<int:pk>/reschedule/", visit.reschedule, name="reschedule"),
    path("inspections/<int:pk>/cancel/", visit.cancel, name="cancel"),
]
