"""What can be done with articles."""

from knowledge.services.reading import drop_use, use, vote
from knowledge.services.writing import publish, retire, save_article

__all__ = ["drop_use", "publish", "retire", "save_article", "use", "vote"]
