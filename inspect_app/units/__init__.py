"""What gets inspected: provinces, departments, districts, communes; what they were and what they became."""
