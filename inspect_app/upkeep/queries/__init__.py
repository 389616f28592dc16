"""Looking at what the program keeps for itself. Never writes."""
