"""Who is away and who stands in: entered by the right people, once at a time, ended when they are back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts import selectors, services
from accounts.absences import Cover, words
from accounts.models import Absence, Role, User
from core.errors import DomainError, Invalid, NotAllowed, NotNow
from tests.worlds import NOON, make_office, make_user

DAY = timedelta(days=1)


def enter(person: User, start: float = 0, end: float = 2, *, actor: User | None = None, deputy: User | None = None) -> Absence:
    return services.enter_absence(
        person, starts_at=NOON + start * DAY, ends_at=NOON + end * DAY, deputy=deputy, actor=actor or person, at=NOON
    )


# --- who stands in (no database)


@pytest.mark.once
@pytest.mark.parametrize(
    ("deputies", "told", "why"),
    [
        ({}, [1, 2], "nobody is away"),
        ({1: 3}, [3, 2], "the deputy instead"),
        ({1: 2}, [2], "a deputy who is told anyhow is told once"),
        ({1: 3, 3: 4}, [4, 2], "the deputy's deputy"),
        ({1: 3, 3: 1}, [2], "a circle leads to nobody"),
        ({1: 3, 3: 4, 4: 3}, [2], "a circle further on too"),
        ({1: None}, [2], "nobody in their place"),
        ({1: 99}, [2], "a deputy who left"),
        ({1: None, 2: 2}, [], "nobody is left"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_is_told_instead(deputies: dict[int, int | None], told: list[int], why: str) -> None:
    assert Cover(deputies).present([1, 2], {1, 2, 3, 4}) == told, why


@pytest.mark.once
def test_a_deputy_is_told_for_all_whom_they_stand_in_for() -> None:
    assert Cover({1: 3, 2: 1}).reasons([1, 2, 4]) == {3: [1, 2]}


# --- entering


@pytest.mark.django_db
def test_an_absence_counts_from_its_first_moment_to_just_before_its_last() -> None:
    person, deputy = make_user(), make_user()
    absence = enter(person, 1, 2, deputy=deputy)
    at = {moment: selectors.cover(NOON + moment).deputies for moment in (DAY - timedelta(seconds=1), DAY, 2 * DAY)}
    assert list(at.values()) == [{}, {person.pk: deputy.pk}, {}]
    assert (absence.created_by, absence.history.get().history_user) == (person, person)


@pytest.mark.django_db
def test_what_overlaps_is_refused_and_what_touches_is_not() -> None:
    person, other = make_user(), make_user()
    enter(person, 2, 4)
    for start, end in ((1, 3), (3, 5), (2, 4), (2.5, 3), (1, 5)):
        with pytest.raises(Invalid, match=person.name):
            enter(person, start, end)
    for start, end in ((1, 2), (4, 5)):
        enter(person, start, end)
    enter(other, 2, 4)
    assert Absence.objects.count() == 4


@pytest.mark.django_db
def test_the_database_itself_refuses_what_overlaps() -> None:
    person = make_user()
    enter(person, 2, 4)
    later = enter(person, 6, 8)
    facts: dict[str, Any] = {"person": person, "created_at": NOON}
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Absence.objects.create(starts_at=NOON + 3 * DAY, ends_at=NOON + 5 * DAY, **facts)
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Absence.objects.filter(pk=later.pk).update(starts_at=NOON + 3 * DAY)
    Absence.objects.filter(pk=later.pk).update(ends_at=NOON + 9 * DAY)
    Absence.objects.create(starts_at=NOON + 4 * DAY, ends_at=NOON + 6 * DAY, **facts)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"end": -1, "start": -2}, "ends_at", "it would be over"),
        ({"end": 1, "start": 1}, "", "it takes no time"),
        ({"end": 1, "start": 2}, "", "it ends before it begins"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_absence_that_makes_no_sense_is_refused(change: dict[str, float], field: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        enter(make_user(), **change)
    assert refused.value.field == field, why


@pytest.mark.django_db
def test_who_may_stand_in() -> None:
    person = make_user()
    gone = make_user(is_active=False)
    for deputy in (gone, make_user(role=Role.CUSTOMER), person):
        with pytest.raises(Invalid):
            enter(person, deputy=deputy)
    enter(person, deputy=make_user(role=Role.DISPATCHER))


@pytest.mark.django_db
def test_whose_absences_one_may_enter() -> None:
    head = make_office()
    office, elsewhere = make_office(parent=head), make_office(parent=head)
    person = make_user(office=office)
    lead = make_user(office=elsewhere)
    office.lead = lead
    office.save()
    verdicts = {
        "oneself": (person, True),
        "a colleague": (make_user(office=office), False),
        "the office's lead": (lead, True),
        "its manager": (make_user(role=Role.MANAGER, office=office), True),
        "a manager of the office above": (make_user(role=Role.MANAGER, office=head), True),
        "a manager of another office": (make_user(role=Role.MANAGER, office=elsewhere), False),
        "a manager of all": (make_user(role=Role.MANAGER), True),
        "a dispatcher": (make_user(role=Role.DISPATCHER, office=office), False),
        "an administrator": (make_user(role=Role.ADMIN), True),
        "a customer": (make_user(role=Role.CUSTOMER), False),
    }
    for place, (who, (actor, may)) in enumerate(verdicts.items()):
        if may:
            enter(person, 2 * place, 2 * place + 1, actor=actor)
        else:
            with pytest.raises(NotAllowed):
                enter(person, 2 * place, 2 * place + 1, actor=actor)
        assert selectors.answered_for(actor).filter(pk=person.pk).exists() == may, who


@pytest.mark.django_db
def test_offices_that_hang_on_each_other_in_a_circle_are_walked_once() -> None:
    one = make_office()
    two = make_office(parent=one)
    one.parent = two
    one.save()
    manager = make_user(role=Role.MANAGER, office=one)
    assert selectors.answered_for(manager).filter(pk=make_user(office=two).pk).exists()


# --- ending


@pytest.mark.django_db
def test_back_again_ends_what_has_begun_and_takes_back_what_has_not() -> None:
    person = make_user()
    now_away, later = enter(person, 0, 2), enter(person, 3, 4)
    services.end_absence(now_away, actor=person, at=NOON + DAY)
    services.end_absence(later, actor=person, at=NOON + DAY)
    assert [(absence.starts_at, absence.ends_at) for absence in Absence.objects.all()] == [(NOON, NOON + DAY)]
    assert [row.history_type for row in Absence.history.filter(id=later.pk)] == ["-", "+"]
    for over in (now_away, later):
        with pytest.raises(NotNow):
            services.end_absence(over, actor=person, at=NOON + DAY)


@pytest.mark.django_db
def test_a_stranger_ends_nobodys_absence() -> None:
    absence = enter(make_user())
    with pytest.raises(DomainError):
        services.end_absence(absence, actor=make_user(), at=NOON)


# --- the page


@pytest.fixture
def page_of(client, db):
    def log_in(person: User) -> Any:
        client.force_login(person)
        return client

    return log_in


def form(person: User, deputy: User | None, start: str = "2099-01-01T09:00", end: str = "2099-01-05T18:00") -> dict[str, Any]:
    return {"person": person.pk, "starts_at": start, "ends_at": end, "deputy": deputy.pk if deputy else ""}


def test_a_person_says_when_they_are_away_and_comes_back(page_of) -> None:
    person, deputy = make_user(name="李伟"), make_user(name="陈静")
    client = page_of(person)
    assert client.post("/profile/absences/", form(person, deputy)).status_code == 302
    absence = Absence.objects.get()
    assert (absence.deputy, absence.starts_at.isoformat()) == (deputy, "2099-01-01T01:00:00+00:00")  # 09:00 in Shanghai
    assert "陈静" in client.get("/profile/absences/").content.decode()
    again = client.post("/profile/absences/", form(person, None, "2099-01-02T09:00"))
    assert again.status_code == 422
    assert "2099-01-01 09:00" in again.content.decode(), "the one that stands there is named"
    client.post(f"/profile/absences/{absence.pk}/end/")
    assert not Absence.objects.exists()


def test_nobody_enters_or_ends_the_absence_of_a_colleague(page_of) -> None:
    person, colleague = make_user(), make_user()
    absence = enter(colleague)
    client = page_of(person)
    assert client.post("/profile/absences/", form(colleague, None)).status_code == 422
    assert client.post(f"/profile/absences/{absence.pk}/end/").status_code == 404
    assert colleague.name not in client.get("/profile/absences/").context["page"].rows
    assert Absence.objects.count() == 1


def test_the_list_takes_as_many_queries_for_one_as_for_many(page_of, django_assert_num_queries) -> None:
    admin = make_user(role=Role.ADMIN)
    client = page_of(admin)
    counts = []
    for people in (1, 15):
        for _each in range(people):
            services.enter_absence(make_user(), starts_at=NOON, ends_at=NOON + 40_000 * DAY, deputy=admin, actor=admin, at=NOON)
        with django_assert_num_queries(7) as queries:  # session, person, the list, the choices of people (one is looked at twice), the bell
            client.get("/profile/absences/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_it_is_said_until_when_and_who_is_there() -> None:
    from django.utils.translation import override

    deputy = make_user(name="陈静")
    with override("en"):
        assert words(enter(make_user(), deputy=deputy)) == "away until 11-22 12:00, in their place: 陈静"
        assert words(enter(make_user())) == "away until 11-22 12:00"
