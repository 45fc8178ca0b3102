"""Articles of a small world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from knowledge import services
from tests.worlds import NOON

if TYPE_CHECKING:
    from knowledge.models import Article
    from tests.worlds import World

FACTS = {
    "title": "K1 存储控制器电池报警",
    "title_en": "Battery alarm of the K1 storage controller",
    "problem": "控制器面板橙灯，日志出现 BBU low voltage",
    "problem_en": "Amber light on the controller, BBU low voltage in its log",
    "cause": "电池老化",
    "cause_en": "The battery has aged",
    "solution": "更换电池模块，重新学习一次充放电",
    "solution_en": "Replace the battery module, then run one learn cycle",
}


def make_article(world: World, *, actor: Any = None, **facts: Any) -> Article:
    """A draft in both languages, unless said otherwise."""
    return services.save_article(None, actor=actor or world.engineer, at=facts.pop("at", NOON), **{**FACTS, **facts})


def publish(world: World, article: Article, audience: str = "public") -> Article:
    """Let customers read it."""
    return services.publish(article, actor=world.manager, at=NOON, audience=audience)
