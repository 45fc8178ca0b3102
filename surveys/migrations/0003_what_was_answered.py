"""What was asked and answered before there were templates belongs to the first version of one with the same three questions."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SCORES = (
    ("speed", "响应速度", "Speed", "响应和处理是否及时？", "How quickly were you answered and helped?"),
    ("quality", "服务质量", "Quality", "问题是否得到解决，解决得好不好？", "Is the problem solved, and solved well?"),
    ("manner", "工程师", "The engineer", "技术水平、服务态度与讲解是否清楚。", "Skill, manner and clear words."),
)
LOW, CHUNK = 2, 1000


def forwards(apps: Any, _editor: Any) -> None:
    """Give every survey its version and key, and every score its row."""
    invitation = apps.get_model("surveys", "SurveyInvitation")
    if not invitation.objects.exists():
        return
    version, questions = _template(apps, invitation.objects.order_by("pk").first().created_at)
    _invitations(invitation, version)
    _answers(apps, version, questions)
    for name in ("HistoricalSurveyInvitation", "HistoricalSurveyAnswer"):
        apps.get_model("surveys", name).objects.filter(version=None).update(version=version)
    apps.get_model("surveys", "HistoricalSurveyInvitation").objects.filter(key=None).update(key="")


def _template(apps: Any, at: Any) -> tuple[Any, dict[str, Any]]:
    template, _made = apps.get_model("surveys", "SurveyTemplate").objects.get_or_create(
        code="close",
        defaults={"name": "故障处理满意度", "name_en": "After a closed ticket", "theme": "故障处理", "theme_en": "Removal of faults"},
    )
    version = apps.get_model("surveys", "SurveyVersion").objects.create(template=template, number=1, made_at=at, published_at=at)
    question = apps.get_model("surveys", "SurveyQuestion")
    found = {
        code: question.objects.create(
            version=version, position=place, code=code, kind="score", label=label, label_en=english, hint=hint, hint_en=hint_en, low_at=LOW
        )
        for place, (code, label, english, hint, hint_en) in enumerate(SCORES, start=1)
    }
    found["words"] = question.objects.create(
        version=version,
        position=len(SCORES) + 1,
        code="words",
        kind="words",
        is_required=False,
        label="您还想告诉我们什么？",
        label_en="What should we know?",
    )
    return version, found


def _invitations(invitation: Any, version: Any) -> None:
    rows = []
    for row in invitation.objects.select_related("ticket", "contract").iterator(CHUNK):
        row.version = version
        if row.cause == "close":
            row.key, row.about = f"close:{row.ticket_id}", f"{row.ticket.number} {row.ticket.subject}"[:300]
            row.site_id = row.ticket.site_id
        else:
            row.key = f"quarter:{row.contract_id}:{row.period}"
            row.about = f"{row.contract.number} {row.contract.name} {row.period}"[:300]
        row.left_out = "" if row.sent_at else "nobody"
        rows.append(row)
        if len(rows) == CHUNK:
            invitation.objects.bulk_update(rows, WRITTEN)
            rows.clear()
    invitation.objects.bulk_update(rows, WRITTEN)


WRITTEN = ["version", "key", "about", "site", "left_out"]


def _answers(apps: Any, version: Any, questions: dict[str, Any]) -> None:
    answer, value = apps.get_model("surveys", "SurveyAnswer"), apps.get_model("surveys", "SurveyValue")
    values, rows = [], []
    for row in answer.objects.select_related("invitation").iterator(CHUNK):
        scores = {code: getattr(row, code) for code, *_words in SCORES}
        row.version, row.cause, row.period, row.site_id = version, row.invitation.cause, row.invitation.period, row.invitation.site_id
        row.mean, row.lowest = sum(scores.values()) / len(scores), min(scores.values())
        row.is_low = row.lowest <= LOW
        row.channel = "portal" if row.answered_by_id else "link"
        rows.append(row)
        values += [value(answer=row, question=questions[code], value=score, is_low=score <= LOW) for code, score in scores.items()]
        if row.words:
            values.append(value(answer=row, question=questions["words"], words=row.words))
    answer.objects.bulk_update(rows, ["version", "cause", "period", "site", "mean", "lowest", "is_low", "channel"], batch_size=CHUNK)
    value.objects.bulk_create(values, batch_size=CHUNK)


class Migration(migrations.Migration):
    """Runs in one go: scores of a year are thousands of rows, not millions."""

    dependencies = [("surveys", "0002_templates")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
