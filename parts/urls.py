"""Where parts are."""

from django.urls import path

from parts.views import catalogue, goods, lists, orders, ticket

app_name = "parts"

urlpatterns = [
    path("parts/", lists.stock, name="stock"),
    path("parts/low/", lists.low, name="low"),
    path("parts/low/order/", lists.order_low, name="order_low"),
    path("parts/ledger/", lists.ledger, name="ledger"),
    path("parts/forecast/", lists.forecast, name="forecast"),
    path("parts/export/<str:name>/<str:kind>/", lists.export, name="export"),
    path("parts/catalogue/", catalogue.parts, name="catalogue"),
    path("parts/catalogue/new/", catalogue.new_part, name="new_part"),
    path("parts/catalogue/<int:pk>/", catalogue.edit_part, name="edit_part"),
    path("parts/depots/", catalogue.depots, name="depots"),
    path("parts/depots/new/", catalogue.new_depot, name="new_depot"),
    path("parts/depots/<int:pk>/", catalogue.depot, name="depot"),
    path("parts/<int:pk>/", goods.part, name="part"),
    path("parts/<int:pk>/minimum/", goods.minimum, name="minimum"),
    path("parts/<int:pk>/receive/", goods.receive, name="receive"),
    path("parts/<int:pk>/transfer/", goods.transfer, name="transfer"),
    path("parts/<int:pk>/sell/", goods.sell, name="sell"),
    path("parts/<int:pk>/count/", goods.count, name="count"),
    path("parts/<int:pk>/order/", orders.new_purchase, name="new_purchase"),
    path("parts/<int:pk>/repair/", orders.new_repair, name="new_repair"),
    path("parts/purchases/", orders.purchases, name="purchases"),
    path("parts/purchases/<int:pk>/", orders.purchase, name="purchase"),
    path("parts/purchases/<int:pk>/<str:step>/", orders.purchase_step, name="purchase_step"),
    path("parts/repairs/", orders.repairs, name="repairs"),
    path("parts/repairs/<int:pk>/", orders.repair, name="repair"),
    path("parts/repairs/<int:pk>/<str:step>/", orders.repair_step, name="repair_step"),
    path("parts/tickets/<str:number>/", ticket.of_ticket, name="of_ticket"),
    path("parts/tickets/<str:number>/<int:pk>/<str:act>/", ticket.act, name="act"),
    path("parts/reservations/<int:pk>/release/", ticket.release, name="release"),
]
