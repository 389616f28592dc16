"""What letters say: their words, their fields, the templates in force. Never writes, never sees a request."""
