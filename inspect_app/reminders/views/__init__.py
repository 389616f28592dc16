"""Pages of reminders: the inbox, its calendar feed, the rules, and urging units that are late."""

from inspect_app.reminders.views.feeds import bp as feeds
from inspect_app.reminders.views.inbox import bp as inbox
from inspect_app.reminders.views.rules import bp as rules
from inspect_app.reminders.views.urging import bp as urging

__all__ = ["feeds", "inbox", "rules", "urging"]
