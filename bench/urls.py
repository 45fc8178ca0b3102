"""The product's addresses and the yardstick's."""

from django.urls import path

from bench.yardstick import Listing, Writing
from servicedesk.urls import handler400, handler403, handler404, handler500, urlpatterns

# below /api/, so that its requests are counted as the product's are
urlpatterns = [path("api/yardstick/list/", Listing.as_view()), path("api/yardstick/write/", Writing.as_view()), *urlpatterns]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
