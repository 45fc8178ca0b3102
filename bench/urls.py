"""The product's addresses and the yardstick's."""

from django.urls import path

from bench.yardstick import Listing, Writing
from servicedesk.urls import handler400, handler403, handler404, handler500, urlpatterns

urlpatterns = [*urlpatterns, path("yardstick/list/", Listing.as_view()), path("yardstick/write/", Writing.as_view())]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
