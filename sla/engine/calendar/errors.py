"""What can be wrong with a calendar or with what it is asked."""


class CalendarError(ValueError):
    """A sentence that says what is wrong; `code` is stable and `where` points into the calendar's data."""

    def __init__(self, sentence: str, *, code: str, where: str = "") -> None:
        """Keep the sentence, led by its place when there is one."""
        super().__init__(f"{where}: {sentence}" if where else sentence)
        self.sentence, self.code, self.where = sentence, code, where

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way between processes, which knows nothing of keyword arguments."""
        return _remade, (self.sentence, self.code, self.where)


def _remade(sentence: str, code: str, where: str) -> CalendarError:
    return CalendarError(sentence, code=code, where=where)
