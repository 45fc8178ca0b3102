"""Where its pages are."""

from __future__ import annotations

from django.urls import path

from training.views import courses, engineers, lists, people, session

app_name = "training"

urlpatterns = [
    path("training/", lists.sessions, name="list"),
    path("training/owed/", lists.owed, name="owed"),
    path("training/certificates/", lists.certificates, name="certificates"),
    path("training/certificates/<int:pk>/<slug:language>.pdf", lists.certificate_file, name="certificate_file"),
    path("training/courses/", courses.courses, name="courses"),
    path("training/courses/new/", courses.new_course, name="new_course"),
    path("training/courses/<int:pk>/", courses.course, name="course"),
    path("training/courses/<int:pk>/edit/", courses.edit_course, name="edit_course"),
    path("training/courses/<int:pk>/material/", courses.add_material, name="add_material"),
    path("training/material/<int:pk>/", courses.material, name="material"),
    path("training/engineers/", engineers.engineers, name="engineers"),
    path("training/engineers/new/", engineers.new_staff_certificate, name="new_staff_certificate"),
    path("training/engineers/<int:pk>/", engineers.engineer, name="engineer"),
    path("training/engineers/certificates/<int:pk>/edit/", engineers.edit_staff_certificate, name="edit_staff_certificate"),
    path("training/engineers/certificates/<int:pk>/withdraw/", engineers.withdraw_staff_certificate, name="withdraw_staff_certificate"),
    path("training/engineers/certificates/<int:pk>/file/", engineers.staff_certificate_file, name="staff_certificate_file"),
    path("training/named/of/<int:pk>/", engineers.new_named_engineer, name="new_named_engineer"),
    path("training/named/<int:pk>/", engineers.edit_named_engineer, name="edit_named_engineer"),
    path("training/representatives/", engineers.representatives, name="representatives"),
    path("training/representatives/of/<int:pk>/", engineers.representatives_of, name="representatives_of"),
    path("training/representatives/new/", engineers.new_representative, name="new_representative"),
    path("training/representatives/<int:pk>/", engineers.edit_representative, name="edit_representative"),
    path("training/new/", session.new, name="new"),
    path("training/attendees/<int:pk>/sign/", people.sign, name="sign"),
    path("training/attendees/<int:pk>/mark/<str:presence>/", people.mark, name="mark"),
    path("training/attendees/<int:pk>/<str:step>/", people.answer, name="answer"),
    path("training/<int:pk>/", session.session, name="session"),
    path("training/<int:pk>/edit/", session.edit, name="edit"),
    path("training/<int:pk>/day/", people.day, name="day"),
    path("training/<int:pk>/invite/", people.invite, name="invite"),
    path("training/<int:pk>/scores/", people.scores, name="scores"),
    path("training/<int:pk>/hold/", session.hold, name="hold"),
    path("training/<int:pk>/close/", session.close, name="close"),
    path("training/<int:pk>/calendar.ics", session.calendar, name="calendar"),
    path("training/<int:pk>/<str:step>/", session.step, name="step"),
]
