"""Where its pages are."""

from django.urls import path

from knowledge import views

app_name = "knowledge"

urlpatterns = [
    path("knowledge/", views.articles, name="list"),
    path("knowledge/new/", views.new, name="new"),
    path("knowledge/suggest/", views.suggest, name="suggest"),
    path("knowledge/<int:pk>/", views.article, name="article"),
    path("knowledge/<int:pk>/edit/", views.edit, name="edit"),
    path("knowledge/<int:pk>/publish/", views.publish, name="publish"),
    path("knowledge/<int:pk>/retire/", views.retire, name="retire"),
    path("knowledge/<int:pk>/vote/", views.vote, name="vote"),
    path("knowledge/<int:pk>/use/<str:number>/", views.use, name="use"),
    path("knowledge/<int:pk>/drop/<str:number>/", views.drop_use, name="drop_use"),
]
