"""An export holds everything of an organization: every table that leads to one is a file, or is left out for a reason."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.time import now
from customers.models import ConfigurationChange, Downtime, Organization
from mailroom.models import IncomingMail
from tests.transfer.worlds import AT
from tests.worlds import make_promising_world, make_ticket
from tickets import services as tickets
from tickets.models import TicketLink
from transfer import selectors, services
from transfer.selectors import REACH, LeftOut
from transfer.selectors.reach import BESIDE
from visits.models import Visit, VisitPhoto


def reaching() -> set[str]:
    """The labels of all tables from whose rows foreign keys lead to an organization."""
    every = [model for model in apps.get_models(include_auto_created=True) if not hasattr(model, "instance_type")]
    found, more = {Organization}, True
    while more:
        more = {model for model in every if model not in found and any(to in found for to in pointed(model))}
        found |= more
    return {model._meta.label for model in found}


def pointed(model: type) -> set[type]:
    return {field.related_model for field in model._meta.get_fields() if field.concrete and field.is_relation and field.related_model}


def test_every_table_that_leads_to_an_organization_is_exported_or_left_out_for_a_reason():
    assert reaching() == set(REACH)
    assert all(row.because for row in REACH.values() if isinstance(row, LeftOut))


@pytest.mark.django_db
def test_every_file_is_of_the_table_it_is_said_to_be():
    world = make_promising_world()
    said = {name: label for label, name in REACH.items() if isinstance(name, str)} | BESIDE
    for person in (world.manager, world.supervisor):
        found = {kind.name: kind.rows(person, world.organization).model._meta.label for kind in selectors.ALL}
        assert found == said
        for kind in selectors.ALL:
            list(kind.rows(person, world.organization).values(*kind.columns.values(), *kind.ours.values()))


@pytest.mark.django_db
def test_what_pages_show_to_us_alone_is_given_to_us_alone_and_pictures_and_mail_come_as_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = make_promising_world()
    ticket, other = make_ticket(world), make_ticket(world, subject="noch eins")
    stranger = make_promising_stranger(world)
    TicketLink.objects.create(source=ticket, target=other, kind="related", created_at=AT)
    TicketLink.objects.create(source=ticket, target=stranger, kind="related", created_at=AT)
    tickets.tag(ticket, ["严重"], actor=world.engineer, at=now())
    equipment = world.equipment
    ConfigurationChange.objects.create(equipment=equipment, what="IP", before="1", after="2", at=AT, by=world.engineer)
    Downtime.objects.create(
        equipment=equipment, starts_at=AT, ends_at=AT.replace(hour=23), reason="搬家", entered_by=world.engineer, entered_at=AT
    )
    mail = IncomingMail(ticket=ticket, key="k", state="taken", reason="replied", came_at=AT, sender="a@b.example", text="mail", size=4)
    mail.raw.save("m.eml", ContentFile(b"From: a\r\n\r\nmail"), save=False)
    mail.save()
    visit = Visit.objects.create(
        ticket=ticket, organization=world.organization, site=world.site, office=world.office, subject="x", created_at=AT, updated_at=AT
    )
    photo = VisitPhoto(visit=visit, sha256="0" * 64, size=3, content_type="image/png", taken_at=AT, taken_by=world.engineer)
    photo.file.save("p.png", ContentFile(b"png"), save=True)
    ours, book = packed(world, world.manager)
    theirs, shown = packed(world, world.supervisor)
    for found in (ours, theirs):
        assert [(row["source"], row["target"]) for row in found["ticket_links"]] == [(ticket.pk, other.pk)], "no other customer's"
        assert [row["after"] for row in found["configuration_changes"]] == ["2"]
        assert [row["reason"] for row in found["downtimes"]] == ["搬家"]
        assert [row["path"] for row in found["visit_photos"]] == [f"photos/visits/{photo.pk}.png"]
    assert [row["tag"] for row in ours["ticket_tags"]] == ["严重"]
    assert [row["path"] for row in ours["mails"]] == [f"mails/{mail.pk}.eml"]
    assert book.read(f"mails/{mail.pk}.eml").endswith(b"mail")
    assert book.read(f"photos/visits/{photo.pk}.png") == shown.read(f"photos/visits/{photo.pk}.png") == b"png"
    assert "entered_by" in ours["downtimes"][0]
    assert "entered_by" not in theirs["downtimes"][0]
    for name in ("ticket_tags", "mails", "visit_events", "inspection_events", "call_attempts"):
        assert theirs[name] == []
    assert not [name for name in shown.namelist() if name.startswith("mails/")]


def make_promising_stranger(world):
    from tests.worlds import make_site

    site = make_site(world.stranger.membership.organization, region=world.region)
    return make_ticket(world, site=site, equipment=None, actor=world.stranger)


def packed(world, person):
    row = services.ask(world.organization, language="en", actor=person, at=AT)
    services.make_next(lambda: AT)
    row.refresh_from_db()
    assert row.state == "done", row.trouble
    with default_storage.open(row.file.name) as file:
        book = zipfile.ZipFile(io.BytesIO(file.read()))
    names = [name for name in book.namelist() if name.endswith(".jsonl")]
    return {name[:-6]: [json.loads(line) for line in book.read(name).decode().splitlines()] for name in names}, book
