"""Reading who was told, and what is due. Never writes, never sees a request."""
