"""gunicorn as `deploy/systemd/so-kiem-tra-web.service` starts it: few sync workers behind a proxy that buffers.

The program is loaded once, and each worker is a copy of the process that has: what none of them changes lies in memory
once, and a worker that takes another's place is there at once. No database and no store is connected before that.
New code or other settings need a restart: a reload would only make copies of what was loaded before.
"""

import gc
import multiprocessing
import os
from typing import Any

bind = os.environ.get("BIND", "unix:/run/so-kiem-tra/web.sock")
umask = 0o007  # the proxy's user is in our group
workers = int(os.environ.get("WEB_WORKERS", 2 * multiprocessing.cpu_count() + 1))
worker_class = "sync"
preload_app = True
timeout = 120
"""Seconds of one answer: the longest is a list of 100,000 rows that leaves as it is read."""
graceful_timeout = 60
"""Seconds that answers under way have when the service is stopped."""
max_requests = 5_000
max_requests_jitter = 500
control_socket_disable = True
accesslog = None
"""The proxy keeps one; the program logs what it did itself."""


def when_ready(server: Any) -> None:
    """What was loaded stays: whoever looks through it for rubbish has it copied, for each worker."""
    gc.collect()
    gc.freeze()
