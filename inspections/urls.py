"""Where inspections are."""

from django.urls import path

from inspections.views import fill, lists, plans, visit

app_name = "inspections"

urlpatterns = [
    path("inspections/", lists.visits, name="list"),
    path("inspections/year/", lists.year, name="year"),
    path("inspections/plans/", plans.plans, name="plans"),
    path("inspections/plans/new/", plans.new_plan, name="new_plan"),
    path("inspections/plans/<int:pk>/", plans.plan, name="plan"),
    path("inspections/<int:pk>/", visit.visit, name="visit"),
    path("inspections/<int:pk>/start/", visit.start, name="start"),
    path("inspections/<int:pk>/fill/", fill.fill, name="fill"),
    path("inspections/<int:pk>/items/<int:position>/", fill.item, name="item"),
    path("inspections/<int:pk>/finish/", fill.finish, name="finish"),
    path("inspections/<int:pk>/sign/", visit.sign, name="sign"),
    path("inspections/<int:pk>/decline/", visit.decline, name="decline"),
    path("inspections/<int:pk>/report/", visit.report, name="report"),
    path("inspections/<int:pk>/reschedule/", visit.reschedule, name="reschedule"),
    path("inspections/<int:pk>/cancel/", visit.cancel, name="cancel"),
]
