"""The pages of the knowledge base, and the same over REST."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from core.time import now
from knowledge.models import Article, ArticleUse, ArticleVote
from knowledge.services import save_article
from tests.knowledge.worlds import FACTS, make_article, publish
from tests.worlds import make_promising_world, make_ticket

pytestmark = [pytest.mark.once, pytest.mark.django_db]

SEEN = re.compile(r'name="(seen)" value="([^"]*)"')


@pytest.fixture
def world():
    return make_promising_world()


def get(client, person, address, status=200, language="en", **query):
    client.force_login(person)
    answer = client.get(address, query, headers={"Accept-Language": language})
    assert answer.status_code == status, answer.content.decode()[:300]
    return answer.content.decode()


def test_an_article_is_written_published_found_and_voted_on(client, world):
    client.force_login(world.engineer)
    answer = client.post("/knowledge/new/", FACTS)
    article = Article.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/knowledge/{article.pk}/")
    assert client.post(f"/knowledge/{article.pk}/publish/", {"audience": "public"}).status_code == 403
    client.force_login(world.manager)
    assert client.post(f"/knowledge/{article.pk}/publish/", {"audience": "public"}).status_code == 302
    assert FACTS["title_en"] in get(client, world.customer, "/knowledge/", q="battery")
    shown = get(client, world.customer, f"/knowledge/{article.pk}/")
    assert FACTS["solution_en"] in shown
    assert "Written by" not in shown
    assert FACTS["solution"] in get(client, world.customer, f"/knowledge/{article.pk}/", language="zh-hans")
    assert client.post(f"/knowledge/{article.pk}/vote/", {"helped": "no", "words": "缺少图片"}).status_code == 302
    assert ArticleVote.objects.get().helped is False
    assert "缺少图片" in get(client, world.engineer, f"/knowledge/{article.pk}/")


def test_what_was_typed_stays_when_it_is_refused(client, world):
    client.force_login(world.engineer)
    answer = client.post("/knowledge/new/", {**FACTS, "title": "", "title_en": ""})
    assert answer.status_code == 422
    assert FACTS["solution"] in answer.content.decode()


def test_who_saves_second_is_shown_the_others_text_and_loses_nothing_of_their_own(client, world):
    article = make_article(world)
    address = f"/knowledge/{article.pk}/edit/"
    client.force_login(world.engineer)
    opened = dict(SEEN.findall(client.get(address).content.decode()))
    assert opened["seen"] == article.seen
    save_article(article, actor=world.dispatcher, at=now(), solution="先断电，再更换电池模块")
    mine = {**FACTS, **opened, "cause": "电池老化，且环境过热"}
    refused = client.post(address, mine, headers={"Accept-Language": "en"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "先断电，再更换电池模块" in page
    assert "电池老化，且环境过热" in page
    assert world.dispatcher.name in page
    article.refresh_from_db()
    assert (article.solution, article.cause) == ("先断电，再更换电池模块", FACTS["cause"])
    again = {**mine, **dict(SEEN.findall(page)), "solution": article.solution}
    assert client.post(address, again).status_code == 302
    article.refresh_from_db()
    assert (article.solution, article.cause) == ("先断电，再更换电池模块", "电池老化，且环境过热")


def test_a_refused_publication_says_why(client, world):
    article = make_article(world, title_en="")
    client.force_login(world.manager)
    client.post(f"/knowledge/{article.pk}/publish/", {"audience": "public"}, headers={"Accept-Language": "en"})
    assert "title and solution are needed in both" in get(client, world.manager, f"/knowledge/{article.pk}/")


def test_help_is_offered_while_a_report_is_typed(client, world):
    publish(world, make_article(world, model="K1"))
    assert "/knowledge/suggest/" in get(client, world.customer, reverse("tickets:report"))
    assert "This may help at once" in get(client, world.customer, "/knowledge/suggest/", subject="控制器电池报警")
    assert "This may help" in get(client, world.customer, "/knowledge/suggest/", subject="电池报警", equipment=str(world.equipment.pk))
    assert get(client, world.customer, "/knowledge/suggest/", subject="电池报警", equipment="x" * 50).strip() == ""
    assert get(client, world.customer, "/knowledge/suggest/", subject="打印机").strip() == ""


def test_a_ticket_is_linked_with_what_solved_it(client, world):
    article, ticket = publish(world, make_article(world)), make_ticket(world, subject="控制器电池报警")
    assert "It helped here" in get(client, world.engineer, ticket.get_absolute_url())
    assert client.post(f"/knowledge/{article.pk}/use/{ticket.number}/").status_code == 302
    assert ArticleUse.objects.get().ticket == ticket
    assert FACTS["title_en"] in get(client, world.customer, ticket.get_absolute_url())
    client.force_login(world.engineer)
    assert client.post(f"/knowledge/{article.pk}/drop/{ticket.number}/").status_code == 302
    assert not ArticleUse.objects.exists()


def test_lists_ask_as_much_for_ten_as_for_one(client, world, django_assert_max_num_queries):
    for number in range(10):
        publish(world, make_article(world, title=f"电池 {number}"))
    get(client, world.engineer, "/knowledge/")
    with django_assert_max_num_queries(11):
        get(client, world.engineer, "/knowledge/")
    with django_assert_max_num_queries(11):
        get(client, world.engineer, "/api/v1/articles/")


def test_the_same_over_rest(client, world):
    ticket = make_ticket(world)
    client.force_login(world.manager)
    made = client.post("/api/v1/articles/", {**FACTS, "from_ticket": ticket.number}, content_type="application/json")
    assert made.status_code == 201, made.content
    address = f"/api/v1/articles/{made.json()['id']}/"
    read = {"content_type": "application/json", "headers": {"If-Match": client.get(address).headers["ETag"]}}
    assert client.patch(address, {"model": "K1"}, **read).json()["title"] == FACTS["title"]
    assert client.post(f"{address}publish/", {"audience": "public"}, content_type="application/json").json()["state"] == "published"
    assert client.post(f"{address}use/", {"ticket": ticket.number}, content_type="application/json").json()["ticket"] == ticket.number
    client.force_login(world.customer)
    assert [row["id"] for row in client.get("/api/v1/articles/suggestions/", {"q": "battery alarm"}).json()] == [made.json()["id"]]
    assert client.post(f"{address}vote/", {"helped": True}, content_type="application/json").json()["helped"] is True
    assert client.get(address).json()["tickets_solved"] == 1
    client.force_login(world.stranger)
    assert client.post(f"{address}publish/", {"audience": "public"}, content_type="application/json").status_code == 403


def test_an_article_is_not_linked_with_a_ticket_one_may_not_see(client, world):
    article = publish(world, make_article(world))
    client.force_login(world.engineer)
    assert client.post(f"/knowledge/{article.pk}/use/SD-20260101-0001/").status_code == 404
    wrong = client.post(f"/api/v1/articles/{article.pk}/use/", {"ticket": "SD-20260101-0001"}, content_type="application/json")
    assert wrong.status_code == 400


def test_a_long_report_is_posted_and_finds_what_fits_a_part_of_it(client, world):
    publish(world, make_article(world))
    for number in range(4):
        publish(world, make_article(world, **dict.fromkeys(FACTS, f"网络交换机端口 {number} port of the switch")))
    other = "今天上午机房值班同事巡视时听见异响随后空调停机温度升高大家打开窗户并且联系物业处理下午恢复" * 12
    said = {"subject": "存储告警", "description": f"{other}。控制器面板橙灯，日志出现 BBU low voltage。"}
    client.force_login(world.customer)
    answer = client.post("/knowledge/suggest/", said, headers={"Accept-Language": "en"})
    assert "This may help at once" in answer.content.decode()
    assert f'hx-post="{reverse("knowledge:suggest")}"' in client.get(reverse("tickets:report")).content.decode()


def test_what_is_pressed_twice_says_so_on_the_page(client, world):
    article, ticket = publish(world, make_article(world)), make_ticket(world)
    client.force_login(world.manager)
    for _twice in range(2):
        assert client.post(f"/knowledge/{article.pk}/retire/", headers={"Accept-Language": "en"}).status_code == 302
    assert "Only what was published can be out of date." in get(client, world.manager, f"/knowledge/{article.pk}/")
    assert client.post(f"/knowledge/{article.pk}/use/{ticket.number}/").status_code == 302
    assert not ArticleUse.objects.exists()


@pytest.mark.parametrize("words", ["请致电 13912345678", "写信到 KEEPER@example.org"])
def test_how_people_of_a_customer_are_reached_is_not_published(client, world, words):
    ticket = make_ticket(world, contact_name="赵主任", contact_phone="13912345678", contact_email="keeper@example.org")
    article = make_article(world, from_ticket=ticket, solution=words)
    client.force_login(world.manager)
    client.post(f"/knowledge/{article.pk}/publish/", {"audience": "public"})
    article.refresh_from_db()
    assert article.state == "draft"
    assert client.post(f"/knowledge/{article.pk}/publish/", {"audience": "internal"}).status_code == 302


def test_a_vote_that_is_refused_says_why(client, world):
    article = publish(world, make_article(world))
    client.force_login(world.customer)
    assert client.post(f"/knowledge/{article.pk}/vote/", {"helped": "no", "words": "字" * 501}).status_code == 302
    assert not ArticleVote.objects.exists()
    assert "alert-danger" in get(client, world.customer, f"/knowledge/{article.pk}/")
