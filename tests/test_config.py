"""Settings come from the environment, and a bad one is refused before anything starts."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from inspect_app.config import BadSetting, Config
from inspect_app.core.storage.opening import opened

RANDOM = "kW3x-9QfTz0aLrV7bNcYdE5uHjM2pGsX"


@pytest.fixture
def config(tmp_path):
    def made(**environ):
        return Config.from_environ({"INSTANCE_PATH": str(tmp_path), **environ})

    return made


def test_with_nothing_set_it_is_sqlite_in_the_instance_folder(config, tmp_path):
    made = config()
    assert made.database_url == f"sqlite:///{(tmp_path / 'inspect.sqlite').as_posix()}"
    assert not made.PRODUCTION
    assert made.IDLE.total_seconds() == 15 * 60


def test_the_secret_is_made_once_and_for_its_owner_alone(config, tmp_path):
    first, second = config(), config()
    assert first.SECRET_KEY == second.SECRET_KEY
    assert len(first.SECRET_KEY) >= 32
    assert first.SECRET_KEY != first.AUDIT_KEY
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit-key", "secret-key"]
    if os.name != "nt":
        assert {oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {"0o600"}


def test_workers_that_start_at_once_share_one_secret(config):
    with ThreadPoolExecutor(8) as pool:
        assert len({made.SECRET_KEY for made in pool.map(lambda _: config(), range(8))}) == 1


def test_a_secret_that_lost_its_end_is_refused(config, tmp_path):
    (tmp_path / "secret-key").write_text("abc")
    with pytest.raises(BadSetting, match="damaged"):
        config()


@pytest.mark.parametrize("secret", ["short", "x" * 40, "changeme" * 1])
def test_a_secret_that_is_none_is_refused(config, secret):
    with pytest.raises(BadSetting, match="SECRET_KEY must be random"):
        config(SECRET_KEY=secret)


def test_production_names_its_hosts(config):
    with pytest.raises(BadSetting, match="TRUSTED_HOSTS"):
        config(PRODUCTION="1")
    made = config(PRODUCTION="1", TRUSTED_HOSTS="so.cantho.gov.vn, kiemtra.cantho.gov.vn,")
    assert made.TRUSTED_HOSTS == ("so.cantho.gov.vn", "kiemtra.cantho.gov.vn")
    assert made.SECURE_COOKIES


@pytest.mark.parametrize("name", ["PROXIES", "IDLE_MINUTES", "LOCKED_MINUTES"])
@pytest.mark.parametrize("value", ["x", "-1", "1.5"])
def test_a_number_is_a_number(config, name, value):
    with pytest.raises(BadSetting, match=name):
        config(**{name: value})


def test_a_secret_given_is_taken_and_earlier_ones_stay_good(config):
    made = config(SECRET_KEY=RANDOM, SECRET_KEY_FALLBACKS=f"{RANDOM}old, {RANDOM}older")
    assert [made.SECRET_KEY, *made.SECRET_KEY_FALLBACKS] == [RANDOM, f"{RANDOM}old", f"{RANDOM}older"]


def test_the_address_of_postgresql_may_be_written_as_heroku_does(config):
    assert config(DATABASE_URL="postgres://u@h/n").database_url == "postgresql://u@h/n"


def test_without_a_mail_server_there_are_no_settings_of_mail(config):
    made = config(MAIL_FROM="cchc@cantho.example", SMTP_PORT="25")
    assert (made.SMTP_HOST, made.MAIL_FROM) == ("", "")


def test_a_mail_server_is_named_with_the_address_that_mails_come_from(config):
    with pytest.raises(BadSetting, match="MAIL_FROM"):
        config(SMTP_HOST="mail.cantho.example")
    made = config(SMTP_HOST="mail.cantho.example", MAIL_FROM="cchc@cantho.example", SMTP_SECURITY="starttls")
    assert (made.SMTP_PORT, made.SMTP_SECURITY) == (587, "starttls")


def test_a_password_for_the_mail_server_does_not_travel_in_the_open(config):
    given = {"SMTP_HOST": "mail.cantho.example", "MAIL_FROM": "cchc@cantho.example", "SMTP_USER": "cchc"}
    with pytest.raises(BadSetting, match="SMTP_SECURITY"):
        config(**given)
    with pytest.raises(BadSetting, match="SMTP_SECURITY"):
        config(**given, SMTP_SECURITY="ssl")


@pytest.mark.parametrize("address", ["kiemtra.cantho.example", "ftp://x", "https://x/?a=1", "https://"])
def test_the_public_address_is_one(config, address):
    with pytest.raises(BadSetting, match="PUBLIC_URL"):
        config(PUBLIC_URL=address)


def test_the_public_address_ends_without_a_slash(config):
    assert config(PUBLIC_URL="https://kiemtra.cantho.example/so/").PUBLIC_URL == "https://kiemtra.cantho.example/so"


KEYS = {"SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz", "AUDIT_KEY": "zyxwvutsrqponmlkjihgfedcba9876543210"}
BUCKET = {
    **KEYS,
    "EVIDENCE_STORE": "s3://so-kiem-tra/can-tho",
    "S3_ENDPOINT": "https://kho.cantho.example:9000/",
    "S3_ACCESS_KEY": "kiemtra",
    "S3_SECRET_KEY": "khoa-bi-mat-cua-kho",
}


def test_files_lie_in_the_instance_folder_a_shared_one_or_a_bucket(config, tmp_path):
    assert opened(config()).place == str(tmp_path / "evidence")
    shared = opened(config(**KEYS, EVIDENCE_STORE=str(tmp_path)))
    assert (shared.place, shared.scratch) == (str(tmp_path), tmp_path / "scratch")
    bucket = opened(config(**BUCKET))
    assert (bucket.place, bucket.scratch) == ("s3://so-kiem-tra/can-tho/", tmp_path / "scratch")
    assert "khoa-bi-mat" not in repr(config(**BUCKET))


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"EVIDENCE_STORE": "kho"}, "EVIDENCE_STORE"),
        ({"EVIDENCE_STORE": "/no/such/folder"}, "EVIDENCE_STORE"),
        ({"EVIDENCE_STORE": "s3://Bucket"}, "EVIDENCE_STORE"),
        ({"S3_ENDPOINT": "http://kho.cantho.example:9000"}, "S3_ENDPOINT"),
        ({"S3_SECRET_KEY": ""}, "S3_SECRET_KEY"),
        ({"AUDIT_KEY": ""}, "AUDIT_KEY"),
    ],
)
def test_a_store_that_cannot_be_used_is_refused_at_the_start(config, changed, named):
    with pytest.raises(BadSetting, match=named):
        config(**BUCKET | changed)


def test_reports_are_read_from_a_standby_of_the_same_kind_only(config):
    first, copy = "postgresql://a@db/so_kiem_tra", "postgres://a@copy/so_kiem_tra"
    made = config(DATABASE_URL=first, REPORT_DATABASE_URL=copy, REPORT_DELAY_MINUTES="2")
    assert ("postgresql://a@copy/so_kiem_tra", timedelta(minutes=2)) == (made.REPORT_DATABASE_URL, made.REPORT_DELAY)
    with pytest.raises(BadSetting, match="REPORT_DATABASE_URL"):
        config(REPORT_DATABASE_URL=copy)


def test_connections_and_the_time_of_a_statement_can_be_set(config):
    made = config(POOL_SIZE="1", POOL_OVERFLOW="0", STATEMENT_SECONDS="60", PREPARE="0")
    assert (made.POOL_SIZE, made.POOL_OVERFLOW, made.STATEMENT_SECONDS, made.PREPARE) == (1, 0, 60, False)
    assert config().PREPARE
    for name in ("POOL_SIZE", "STATEMENT_SECONDS"):
        with pytest.raises(BadSetting, match=name):
            config(**{name: "0"})
