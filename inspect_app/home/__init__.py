"""Where each role lands: what must be done now, most urgent first; search over everything; the guide."""
