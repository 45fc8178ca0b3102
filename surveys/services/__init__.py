"""What can be done with surveys."""

from surveys.services.answering import Scores, answer, answer_poster
from surveys.services.asking import ask
from surveys.services.campaigns import foreseen, save_campaign, send_next_batch, start_campaign, stop_campaign
from surveys.services.codes import new_link, put_up, take_down, visit_survey
from surveys.services.inviting import fulfil_next_batch, invite_next_batch
from surveys.services.letters import enter_letter, send_letter
from surveys.services.reminding import remind_next_batch
from surveys.services.rules import load_shipped, save_rule
from surveys.services.writing import (
    Question,
    add_question,
    change_question,
    default_low,
    edit,
    make_template,
    move_question,
    publish,
    remove_question,
    save_template,
    save_version,
)

__all__ = [
    "Question",
    "Scores",
    "add_question",
    "answer",
    "answer_poster",
    "ask",
    "change_question",
    "default_low",
    "edit",
    "enter_letter",
    "foreseen",
    "fulfil_next_batch",
    "invite_next_batch",
    "load_shipped",
    "make_template",
    "move_question",
    "new_link",
    "publish",
    "put_up",
    "remind_next_batch",
    "remove_question",
    "save_campaign",
    "save_rule",
    "save_template",
    "save_version",
    "send_letter",
    "send_next_batch",
    "start_campaign",
    "stop_campaign",
    "take_down",
    "visit_survey",
]
