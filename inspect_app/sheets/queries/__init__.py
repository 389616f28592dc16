"""Reading lists whole, and what was taken away of them. Never writes, never sees a request."""
