"""Pages of a person's own account, and the way in."""

from accounts.views.absences import absences, end_absence
from accounts.views.entry import home, language
from accounts.views.profile import issue_token, profile, revoke_token, rotate_token

__all__ = ["absences", "end_absence", "home", "issue_token", "language", "profile", "revoke_token", "rotate_token"]
