"""Where received mail is."""

from django.urls import path

from mailroom.views import mailboxes, mails

app_name = "mailroom"

urlpatterns = [
    path("mail/", mails.tray, name="tray"),
    path("mail/log/", mails.log, name="log"),
    path("mail/blocked/", mails.blocked, name="blocked"),
    path("mail/blocked/<int:pk>/unblock/", mails.unblock, name="unblock"),
    path("mail/<int:pk>/", mails.mail, name="mail"),
    path("mail/<int:pk>/raw/", mails.raw, name="raw"),
    path("mail/<int:pk>/accept/", mails.accept, name="accept"),
    path("mail/<int:pk>/attach/", mails.attach, name="attach"),
    path("mail/<int:pk>/discard/", mails.discard, name="discard"),
    path("mail/<int:pk>/return/", mails.bring_back, name="bring_back"),
    path("mail/<int:pk>/block/", mails.block, name="block"),
    path("mail/boxes/", mailboxes.overview, name="mailboxes"),
    path("mail/boxes/new/", mailboxes.new, name="new"),
    path("mail/boxes/<int:pk>/", mailboxes.mailbox, name="mailbox"),
    path("mail/boxes/<int:pk>/edit/", mailboxes.edit, name="edit"),
    path("mail/boxes/<int:pk>/try/", mailboxes.try_out, name="try_out"),
    path("mail/boxes/<int:pk>/pause/", mailboxes.pause, name="pause"),
    path("mail/boxes/<int:pk>/resume/", mailboxes.resume, name="resume"),
]
