"""gunicorn as `deploy/systemd/so-kiem-tra-web.service` starts it: few sync workers behind a proxy that buffers."""

import multiprocessing
import os

bind = os.environ.get("BIND", "unix:/run/so-kiem-tra/web.sock")
umask = 0o007  # the proxy's user is in our group
workers = int(os.environ.get("WEB_WORKERS", 2 * multiprocessing.cpu_count() + 1))
worker_class = "sync"
timeout = 120
"""Seconds of one answer: the longest is a list of 100,000 rows that leaves as it is read."""
graceful_timeout = 60
"""Seconds that answers under way have when the service is stopped or reloaded."""
max_requests = 5_000
max_requests_jitter = 500
control_socket_disable = True
accesslog = None
"""The proxy keeps one; the program logs what it did itself."""
