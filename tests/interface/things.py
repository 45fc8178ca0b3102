"""Things that the interface is read of, where it takes more than a line to make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys import services as surveys
from surveys.models import SurveyTemplate
from tests.documents.worlds import make_document
from tests.visits.worlds import make_on_site, photo
from tests.worlds import NOON
from visits import services as visits

if TYPE_CHECKING:
    from tests.worlds import World

PICTURE = ("image/png", b"\x89PNG")
FILES = {
    "/api/v1/inspections/{id}/photos/{file}/": PICTURE,
    "/api/v1/visits/{id}/photos/{file}/": PICTURE,
    "/api/v1/survey-answers/{id}/scan/": PICTURE,
    "/api/v1/documents/{id}/pdf/": ("application/pdf", b"%PDF"),
}
"""What is answered as a file, and how it begins."""


def make_on_site_things(world: World) -> dict[str, int | str]:
    """Be on site with a picture, and issue a paper that waits for nothing."""
    visit = make_on_site(world)
    visits.add_photo(visit, photo(), actor=world.engineer, at=NOON)
    paper = make_document(world, awaits_signature=False)
    return {"visits": visit.pk, "visits/file": visit.photos.get().pk, "documents": paper.pk, "document-proofs": paper.token}


def make_asking_things(world: World) -> dict[str, int | str]:
    """Write the next version of a template, and be about to ask: a campaign, a poster, a rule."""
    close = SurveyTemplate.objects.get(code="close")
    draft = surveys.edit(close, actor=world.manager, at=NOON)
    campaign = surveys.save_campaign(None, actor=world.manager, at=NOON, name="年度", template=close, contracts=[world.contract])
    return {
        "survey-questions": draft.questions.order_by("position")[1].pk,
        "survey-rules": close.rules.get().pk,
        "survey-campaigns": campaign.pk,
        "survey-posters": surveys.put_up(close, world.site, actor=world.dispatcher, at=NOON).pk,
    }
