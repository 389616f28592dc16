"""The account book of the program itself: its log checked and handed on, its data backed up, its health."""
