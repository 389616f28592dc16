"""What people type about reminders."""
