"""Who must be told, and was: the inbox, mail, urging of units that are late."""
