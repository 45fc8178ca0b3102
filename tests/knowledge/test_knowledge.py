"""Articles: who writes, publishes and reads them, and how they are found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.errors import Invalid, NotAllowed
from knowledge import selectors, services
from knowledge.models import Article, ArticleUse, ArticleVote
from tests.knowledge.worlds import FACTS, make_article, publish
from tests.worlds import NOON, make_promising_world, make_ticket
from tickets.models import Event

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def world():
    return make_promising_world()


def titles(found):
    return [article.title for article in found]


def test_customers_read_only_what_is_published_for_them(world):
    draft, inside, outside = (make_article(world, title=title) for title in ("草稿", "内部", "公开"))
    publish(world, inside, "internal")
    publish(world, outside)
    assert set(selectors.articles_for(world.engineer)) == {draft, inside, outside}
    assert list(selectors.articles_for(world.customer)) == [outside]
    services.retire(outside, actor=world.manager, at=LATER)
    assert not selectors.articles_for(world.customer).exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("控制器电池", True),
        ("电池坏了怎么办", True),
        ("storage battery", True),
        ("BBU", True),
        ("挂号系统打不开", False),
        ("printer", False),
        ("", False),
        ("！？", False),
        ("池", False),
    ],
)
def test_an_article_is_found_by_its_words_in_both_languages(world, query, found):
    publish(world, make_article(world))
    for number in range(5):
        publish(world, make_article(world, **dict.fromkeys(FACTS, f"网络交换机端口 {number} port of the switch")))
    assert (FACTS["title"] in titles(selectors.search(world.customer, query))) is found


def test_what_few_articles_hold_says_more_than_what_all_hold(world):
    for number in range(6):
        publish(world, make_article(world, title=f"数据库连接失败 {number}", problem="数据库连接失败"))
    rare = publish(world, make_article(world, title="数据库连接失败 ORA-12541", problem="监听未启动"))
    assert selectors.search(world.engineer, "数据库连接失败 ORA-12541")[0] == rare


def test_words_in_the_title_weigh_more(world):
    plain = dict.fromkeys(FACTS, "")
    text = publish(world, make_article(world, **{**plain, "title": "其他", "solution": "风扇"}), "internal")
    title = publish(world, make_article(world, **{**plain, "title": "风扇", "solution": "其他"}), "internal")
    assert selectors.search(world.engineer, "风扇") == [title, text]


def test_a_changed_article_is_found_by_its_new_words_only(world):
    article = make_article(world)
    services.save_article(
        article, actor=world.engineer, at=LATER, **{**FACTS, "title": "风扇异响", "problem": "", "solution": "换风扇", "cause": ""}
    )
    assert selectors.search(world.engineer, "风扇异响") == [article]
    assert FACTS["problem"][:3] not in article.words.values_list("word", flat=True)


def test_articles_about_another_model_are_not_suggested(world):
    here = publish(world, make_article(world, model="K1"))
    publish(world, make_article(world, model="Z9"))
    anywhere = publish(world, make_article(world))
    assert set(selectors.suggestions(world.customer, FACTS["title"], model="k1")) == {here, anywhere}
    assert len(selectors.suggestions(world.customer, FACTS["title"])) == 3


def test_drafts_are_searched_by_us_but_never_suggested(world):
    draft = make_article(world)
    assert selectors.search(world.engineer, FACTS["title"]) == [draft]
    assert selectors.suggestions(world.engineer, FACTS["title"]) == []


@pytest.mark.parametrize("role", ["customer", "supervisor"])
def test_customers_write_nothing(world, role):
    article = make_article(world)
    person = getattr(world, role)
    for act in (
        lambda: make_article(world, actor=person),
        lambda: services.publish(article, actor=person, at=NOON, audience="internal"),
        lambda: services.retire(article, actor=person, at=NOON),
        lambda: services.use(article, make_ticket(world), actor=person, at=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_customers_read_is_published_and_changed_by_a_dispatcher_or_a_manager(world):
    article = make_article(world)
    with pytest.raises(NotAllowed):
        services.publish(article, actor=world.engineer, at=NOON, audience="public")
    publish(world, article)
    for act in (
        lambda: services.save_article(article, actor=world.engineer, at=NOON, title="x"),
        lambda: services.retire(article, actor=world.engineer, at=NOON),
        lambda: services.publish(article, actor=world.engineer, at=NOON, audience="internal"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert services.save_article(article, actor=world.dispatcher, at=LATER, title="改过的标题").title == "改过的标题"


@pytest.mark.parametrize("missing", ["title", "title_en", "solution", "solution_en"])
def test_customers_read_an_article_in_both_languages(world, missing):
    article = make_article(world, **{missing: ""})
    with pytest.raises(Invalid) as refused:
        publish(world, article)
    assert refused.value.field == missing
    assert publish(world, article, "internal").state == "published"
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(audience="public")


def test_an_article_without_a_solution_is_not_published(world):
    article = make_article(world, solution="", solution_en="")
    with pytest.raises(Invalid):
        publish(world, article, "internal")


def test_an_article_needs_a_title(world):
    with pytest.raises(Invalid) as refused:
        make_article(world, title=" ", title_en="")
    assert refused.value.field == "title"
    assert not Article.objects.exists()


def test_it_begins_with_what_the_ticket_says_and_never_names_its_customer_to_others(world):
    ticket = make_ticket(world, subject="门诊楼机房断电", description="江城第一人民医院 UPS 报警")
    begun = selectors.draft_from(ticket)
    assert (begun["title"], begun["model"]) == ("门诊楼机房断电", "K1")
    article = services.save_article(None, actor=world.engineer, at=NOON, from_ticket=ticket, **{**FACTS, **begun, "solution": "更换 UPS"})
    with pytest.raises(Invalid) as refused:
        publish(world, article)
    assert "江城第一人民医院" in str(refused.value) or "门诊楼机房" in str(refused.value)
    services.save_article(article, actor=world.engineer, at=NOON, title="机房断电", problem="UPS 报警")
    assert publish(world, article).audience == "public"


def test_what_solved_a_ticket_stands_in_its_record_once(world):
    article, ticket = publish(world, make_article(world)), make_ticket(world)
    first = services.use(article, ticket, actor=world.engineer, at=NOON)
    assert services.use(article, ticket, actor=world.manager, at=LATER) == first
    assert ticket.events.filter(type=Event.Type.NOTED).count() == 1
    assert list(selectors.solved_on(article, world.engineer)) == [first]
    services.drop_use(first, actor=world.engineer, at=LATER)
    assert not ArticleUse.objects.exists()
    assert ticket.events.filter(type=Event.Type.NOTED).count() == 2


def test_a_draft_does_not_count_as_a_solution(world):
    with pytest.raises(Invalid):
        services.use(make_article(world), make_ticket(world), actor=world.engineer, at=NOON)


def test_a_ticket_is_offered_what_may_help_and_shows_what_did(world):
    article, ticket = publish(world, make_article(world)), make_ticket(world, subject="存储控制器电池报警")
    assert selectors.for_ticket(ticket, world.engineer) == {"used": [], "offered": [article]}
    said = services.use(article, ticket, actor=world.engineer, at=NOON)
    assert selectors.for_ticket(ticket, world.engineer) == {"used": [said], "offered": []}
    assert selectors.for_ticket(ticket, world.customer) == {"used": [said], "offered": []}
    services.publish(article, actor=world.manager, at=LATER, audience="internal")
    assert selectors.for_ticket(ticket, world.customer)["used"] == []


def test_a_reader_votes_once_and_may_change_their_mind(world):
    article = publish(world, make_article(world))
    services.vote(article, actor=world.customer, at=NOON, helped=False, words="缺图")
    services.vote(article, actor=world.customer, at=LATER, helped=True)
    services.vote(article, actor=world.engineer, at=LATER, helped=True)
    row = selectors.listed(selectors.articles_for(world.customer)).get()
    assert (row.helped_count, row.failed_count, ArticleVote.objects.count()) == (2, 0, 2)


def test_nobody_votes_on_what_is_not_published(world):
    with pytest.raises(NotAllowed):
        services.vote(make_article(world), actor=world.engineer, at=NOON, helped=True)


def test_a_search_asks_as_much_of_ten_articles_as_of_one(world, django_assert_max_num_queries):
    for number in range(10):
        publish(world, make_article(world, title=f"电池报警 {number}"))
    with django_assert_max_num_queries(5):
        assert len(selectors.search(world.customer, "电池报警")) == 10
