"""What is known: articles, the words they are found by, the tickets they solved, and what readers think of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import languages


class Audience(models.TextChoices):
    """Who may read an article."""

    INTERNAL = "internal", _("our own people")
    PUBLIC = "public", _("customers too")


class State(models.TextChoices):
    """Where an article stands."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("out of date")


class Article(models.Model):
    """What goes wrong, why, and what helps; in both languages where customers read it."""

    title = models.CharField(_("title"), max_length=160, blank=True)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    problem = models.TextField(_("how it shows"), blank=True)
    problem_en = models.TextField(_("how it shows, in English"), blank=True)
    cause = models.TextField(_("why it happens"), blank=True)
    cause_en = models.TextField(_("why it happens, in English"), blank=True)
    solution = models.TextField(_("what helps"), blank=True)
    solution_en = models.TextField(_("what helps, in English"), blank=True)
    maker = models.CharField(_("maker"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True, help_text=_("Of the equipment it is about; empty: any."))
    audience = models.CharField(_("for"), max_length=8, choices=Audience.choices, default=Audience.INTERNAL)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    from_ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, blank=True, related_name="articles_written", verbose_name=_("written from")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by"))
    created_at = models.DateTimeField(_("written at"))
    updated_at = models.DateTimeField(_("changed at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ("-updated_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=~Q(title="") | ~Q(title_en=""), name="an_article_has_a_title"),
            models.CheckConstraint(condition=Q(state="draft") | Q(published_at__isnull=False), name="a_published_article_has_its_moment"),
            models.CheckConstraint(
                condition=~Q(state="published", audience="public") | ~(Q(title="") | Q(title_en="") | Q(solution="") | Q(solution_en="")),
                name="customers_read_an_article_in_both_languages",
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="article_by_change")]

    def __str__(self) -> str:
        return self.spoken("title")

    def get_absolute_url(self) -> str:
        """Answer the address of its page."""
        return reverse("knowledge:article", args=[self.pk])

    @property
    def seen(self) -> str:
        """Answer how its texts stand, as forms send it back."""
        return self.updated_at.isoformat()

    def spoken(self, name: str) -> str:
        """Answer a text in the language of the page, or in the other where there is none."""
        texts: tuple[str, str] = (getattr(self, name), getattr(self, f"{name}_en"))
        first, second = reversed(texts) if languages.active() == languages.ENGLISH else texts
        return first or second


class ArticleWord(models.Model):
    """A word an article is found by, and how much it weighs there."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=60)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "word"], name="a_word_of_an_article_once")]
        indexes = [models.Index(fields=["word", "article"], name="article_by_word")]

    def __str__(self) -> str:
        return self.word


class ArticleUse(models.Model):
    """An article that helped to solve a ticket."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="uses", verbose_name=_("article"))
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="articles_used", verbose_name=_("ticket"))
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("used by"))
    used_at = models.DateTimeField(_("used at"))

    class Meta:
        verbose_name = _("use of an article")
        verbose_name_plural = _("uses of articles")
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=["article", "ticket"], name="an_article_is_used_once_per_ticket")]

    def __str__(self) -> str:
        return f"{self.article_id} · {self.ticket_id}"


class ArticleVote(models.Model):
    """Whether an article helped its reader; a later vote of the same person takes the place of the first."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="votes", verbose_name=_("article"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("reader"))
    helped = models.BooleanField(_("helped"))
    words = models.CharField(_("what is missing"), max_length=500, blank=True)
    voted_at = models.DateTimeField(_("voted at"))

    class Meta:
        verbose_name = _("vote on an article")
        verbose_name_plural = _("votes on articles")
        ordering = ("-voted_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["article", "person"], name="a_reader_votes_once")]

    def __str__(self) -> str:
        return f"{self.article_id}: {'+' if self.helped else '-'}"
