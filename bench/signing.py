"""What a refused sign-in costs, for names that exist and names that do not: the two must not be told apart.

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
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import flask_migrate

from inspect_app import create_app
from inspect_app.accounts import services
from inspect_app.config import Config
from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM
from inspect_app.core.db import db


def refused(name: str, password: str) -> float:
    """What one wrong password costs, in seconds of the processor: the clock on the wall tells of other work, too."""
    began = time.process_time()
    proof = services.check_password(name, password)
    db.session.rollback()
    try:
        limits = services.Limits(misses=10**9, misses_per_address=10**9, locked_for=timedelta(minutes=15))
        told: dict[str, Any] = {"address": "127.0.0.1", "device": "", "now": clock.now(), "today": clock.today()}
        services.sign_in(name, password, proof, limits=limits, **told)
    except services.SignInRefused:
        db.session.commit()
    return time.process_time() - began


def main(tries: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            SECRET_KEY="s" * 40,
            AUDIT_KEY="a" * 40,
            DATABASE_URL=f"sqlite:///{folder}/bench.sqlite",
            INSTANCE_PATH=Path(folder),
        )
        app = create_app(config)
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
        took: dict[str, list[float]] = {"coten": [], "khongten": []}
        with app.app_context():
            for number in range(tries + 5):
                for name in sorted(took, reverse=bool(number % 2)):
                    spent = refused(name, f"sai mật khẩu {number}")
                    if number >= 5:
                        took[name].append(spent)
            db.engine.dispose()
    longer = sum(known > unknown for known, unknown in zip(took["coten"], took["khongten"], strict=True))
    for name, times in took.items():
        print(f"{name}: median {statistics.median(times) * 1000:.1f} ms of {len(times)}")
    print(f"the known name took longer in {longer} of {tries} pairs")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
