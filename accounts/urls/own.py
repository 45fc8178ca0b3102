"""Pages of one's own."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.language, name="language"),
    path("profile/", views.profile, name="profile"),
    path("profile/absences/", views.absences, name="absences"),
    path("profile/absences/<int:pk>/end/", views.end_absence, name="end_absence"),
    path("profile/tokens/", views.issue_token, name="issue_token"),
    path("profile/tokens/<int:pk>/rotate/", views.rotate_token, name="rotate_token"),
    path("profile/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
]
