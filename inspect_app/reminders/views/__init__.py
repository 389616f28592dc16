"""Pages of reminders: the inbox, and urging units that are late."""
