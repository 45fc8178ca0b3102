"""Where visits are."""

from django.urls import path

from visits.dispatch import views as dispatch
from visits.feeds import views as feeds
from visits.views import mine, offline, papers, plan, visit

app_name = "visits"

urlpatterns = [
    path("visits/board/", dispatch.board, name="board"),
    path("visits/board/<int:pk>/", dispatch.arrange, name="arrange"),
    path("visits/board/tickets/<str:number>/", dispatch.send, name="send"),
    path("visits/feeds/", feeds.feeds, name="feeds"),
    path("visits/feeds/<int:pk>/revoke/", feeds.revoke, name="revoke_feed"),
    path("visits/feed/<str:secret>.ics", feeds.feed, name="feed"),
    path("visits/mine/", mine.mine, name="mine"),
    path("visits/offline/", offline.page, name="offline"),
    path("visits/token/", offline.token, name="token"),
    path("visits/<int:pk>/", visit.visit, name="visit"),
    path("visits/<int:pk>/do/<slug:step>/", visit.act, name="act"),
    path("visits/<int:pk>/schedule/", plan.schedule, name="schedule"),
    path("visits/<int:pk>/correct/", papers.correct, name="correct"),
    path("visits/<int:pk>/papers/<slug:kind>/", papers.issue, name="paper"),
    path("visits/<int:pk>/photos/<int:photo>/", papers.photo, name="photo"),
    path("tickets/<str:number>/visits/new/", plan.new, name="new"),
    path("sw.js", offline.worker, name="worker"),
]
