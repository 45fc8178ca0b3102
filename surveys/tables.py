"""Answers and results as tables for spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from surveys import selectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from core.exports import Sheet
    from surveys.models import SurveyAnswer, SurveyTemplate


def answers_sheet(answers: QuerySet[SurveyAnswer], template: SurveyTemplate) -> Sheet:
    """Answer every answer, a column for each question; of anonymous ones the customer alone, not who served them where."""
    questions, lines = selectors.exported(answers, template)
    heads = [_("Answered"), _("Channel"), _("Customer"), _("Contract"), _("Ticket"), _("Office"), _("Engineer"), _("Average")]
    return _("Answers"), [*heads, *map(str, questions), _("Follow-up")], _lines(lines, [row.code for row in questions])


def _lines(lines: Iterable[tuple[SurveyAnswer, dict[str, str]]], codes: list[str]) -> Iterator[list[Any]]:
    for row, said in lines:
        yield [
            row.answered_at, row.get_channel_display(), str(row.organization), *(["", "", "", ""] if row.is_anonymous else _served(row)),
            row.mean, *(said.get(code, "") for code in codes), row.follow_up.number if row.follow_up else "",
        ]  # fmt: skip


def _served(row: SurveyAnswer) -> list[str]:
    contract, ticket = row.contract.number if row.contract else "", row.ticket.number if row.ticket else ""
    return [contract, ticket, str(row.office or ""), str(row.engineer or "")]


def results_sheet(results: list[selectors.Result]) -> Sheet:
    """Answer what was said to each question: averages, recommendation, shares."""
    heads = [_("Question"), _("Answers"), _("Average"), _("Net promoter score"), _("Answer given"), _("Number of times"), "%"]
    return _("Results"), heads, _result_lines(results)


def _result_lines(results: list[selectors.Result]) -> Iterator[list[Any]]:
    for row in results:
        yield [str(row.question), row.answered, row.mean, row.nps, "", None, None]
        for words, times, percent, _low in row.shares:
            yield [str(row.question), None, None, None, words, times, percent]
