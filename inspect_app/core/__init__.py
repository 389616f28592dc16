"""The kernel: knows nothing of a request or of any feature."""
