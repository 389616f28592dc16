"""How long a refused sign-in takes, for names that exist and names that do not: the two must not be told apart.

    .venv/bin/python bench/signing.py [tries]

Uses a database of its own in a temporary folder. Prints medians and the share of pairs in which the known name took
longer; about a half means that the times say nothing.
"""

import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import flask_migrate

from inspect_app import create_app
from inspect_app.accounts import services
from inspect_app.config import Config
from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM
from inspect_app.core.db import db


def main(tries: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            SECRET_KEY="s" * 40,
            AUDIT_KEY="a" * 40,
            DATABASE_URL=f"sqlite:///{folder}/bench.sqlite",
            INSTANCE_PATH=Path(folder),
            MISSES=10**9,
            MISSES_PER_ADDRESS=10**9,
            LOCKED_FOR=timedelta(seconds=1),
        )
        app = create_app(config)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            flask_migrate.upgrade()
            now = clock.now()
            services.add_person(
                actor=SYSTEM,
                username="coten",
                name="Có Tên",
                password=services.new_secret(),
                home_unit=None,
                now=now,
                today=clock.today(),
            )
            db.session.commit()
        client = app.test_client()
        took: dict[str, list[float]] = {"coten": [], "khongten": []}
        for number in range(tries + 5):
            for name in sorted(took, reverse=bool(number % 2)):
                began = time.perf_counter()
                answer = client.post("/login", data={"username": name, "password": f"sai mật khẩu {number}"})
                assert answer.status_code == 422, answer.status_code
                if number >= 5:
                    took[name].append(time.perf_counter() - began)
        with app.app_context():
            db.engine.dispose()
    longer = sum(known > unknown for known, unknown in zip(took["coten"], took["khongten"], strict=True))
    for name, times in took.items():
        print(f"{name}: median {statistics.median(times) * 1000:.1f} ms of {len(times)}")
    print(f"the known name took longer in {longer} of {tries} pairs")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
