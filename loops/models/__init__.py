"""What was said, how often it went round, and what the departments answered."""

from loops.models.loop import Loop, Source, Stage
from loops.models.rounds import How, Measure, Opinion, Round, Verdict

__all__ = ["How", "Loop", "Measure", "Opinion", "Round", "Source", "Stage", "Verdict"]
