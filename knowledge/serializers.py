"""How articles look to other programs, and what these may send."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api_fields import Input, Output, Text, moment
from knowledge.models import Article, ArticleUse, ArticleVote, Audience
from tickets import selectors as tickets
from tickets.models import Ticket

SHORT, LINE = 160, 80


class ArticleOutput(Output[Article]):
    """An article, with how often it solved a ticket and what its readers said."""

    tickets_solved = serializers.IntegerField(source="use_count", read_only=True)
    helped = serializers.IntegerField(source="helped_count", read_only=True)
    did_not_help = serializers.IntegerField(source="failed_count", read_only=True)
    created_at = moment()
    updated_at = moment()
    published_at = moment()

    class Meta:
        model = Article
        fields = (
            "id", "title", "title_en", "problem", "problem_en", "cause", "cause_en", "solution", "solution_en", "maker", "model",
            "audience", "state", "tickets_solved", "helped", "did_not_help", "created_at", "updated_at", "published_at",
        )  # fmt: skip
        read_only_fields = fields


class ArticleInput(Input):
    """What an article says; `from_ticket` is the number of the ticket it was learned from."""

    title = Text.maybe(max_length=SHORT)
    title_en = Text.maybe(max_length=SHORT)
    problem = Text.maybe()
    problem_en = Text.maybe()
    cause = Text.maybe()
    cause_en = Text.maybe()
    solution = Text.maybe()
    solution_en = Text.maybe()
    maker = Text.maybe(max_length=LINE)
    model = Text.maybe(max_length=LINE)


class TicketField(serializers.SlugRelatedField[Any]):
    """A ticket the caller may see, by its number."""

    def __init__(self, **given: Any) -> None:
        super().__init__("number", **given)

    def get_queryset(self) -> Any:
        """Answer the caller's tickets."""
        return tickets.tickets_for(self.context["request"].user).select_related("organization", "site")


class NewArticleInput(ArticleInput):
    """A new article."""

    from_ticket = TicketField(required=False, allow_null=True, queryset=Ticket.objects.none())


class PublishInput(Input):
    """Who may read it."""

    audience = serializers.ChoiceField(Audience.choices)


class VoteInput(Input):
    """Whether it helped the caller."""

    helped = serializers.BooleanField()
    words = Text.maybe(max_length=500)


class VoteOutput(Output[ArticleVote]):
    """What the caller said."""

    voted_at = moment()

    class Meta:
        model = ArticleVote
        fields = ("helped", "words", "voted_at")
        read_only_fields = fields


class UseInput(Input):
    """The ticket it helped with."""

    ticket = TicketField(queryset=Ticket.objects.none())


class UseOutput(Output[ArticleUse]):
    """A ticket an article helped with."""

    ticket: serializers.SlugRelatedField[Ticket] = serializers.SlugRelatedField("number", read_only=True)
    used_at = moment()

    class Meta:
        model = ArticleUse
        fields = ("id", "article", "ticket", "used_at")
        read_only_fields = fields
