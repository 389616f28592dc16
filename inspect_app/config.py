"""Every setting, typed, in one place; read from the environment exactly once."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1 << 20
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 8
"""Different ones in a secret: a placeholder has fewer."""


class BadSetting(Exception):
    """A setting that the program refuses to start with; `str()` says which and what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    SECRET_KEY: str
    AUDIT_KEY: str
    """Keys the log's chain; outside the database, like the secret."""
    DATABASE_URL: str
    INSTANCE_PATH: Path
    MIGRATION_DATABASE_URL: str = ""
    """The same database for the owner of its tables, who alone migrates; without it DATABASE_URL owns them."""
    POOL_SIZE: int = 5
    """Connections to PostgreSQL that each process keeps open."""
    POOL_OVERFLOW: int = 10
    """And that it may open beyond them for a moment."""
    STATEMENT_SECONDS: int = 30
    """After which PostgreSQL ends a statement."""
    PREPARE: bool = True
    """PostgreSQL keeps plans with its connections; not behind a pooler that knows nothing of that."""
    REPORT_DATABASE_URL: str = ""
    """A standby copy of the same PostgreSQL database, for pages of reports; without it they ask the database itself."""
    REPORT_DELAY: timedelta = timedelta(minutes=5)
    """How old a copy may be before reports do without it."""
    SECRET_KEY_FALLBACKS: tuple[str, ...] = ()
    """Earlier secrets whose cookies are still good."""
    AUDIT_KEY_FALLBACKS: tuple[str, ...] = ()
    """Earlier keys of the log: what they sealed can still be checked, and AUDIT_KEY may take over from them."""
    ANCHOR_SYSLOG: str = ""
    """Where the head of the log goes beside the file of anchors: `/dev/log`, or host:port over UDP."""
    PRODUCTION: bool = False
    TRUSTED_HOSTS: tuple[str, ...] = ()
    PROXIES: int = 0
    """How many proxies of our own stand in front; their X-Forwarded-* headers are believed."""
    DEMO_PASSWORD: str = ""
    ORGANISATION: str = "UBND thành phố Cần Thơ"
    HELP_PHONE: str = ""
    HELP_HOURS: str = ""
    IDLE: timedelta = timedelta(minutes=15)
    IDLE_ADMIN: timedelta = timedelta(minutes=5)
    LONGEST_SESSION: timedelta = timedelta(hours=12)
    MISSES: int = 5
    """Wrong passwords before a name is locked."""
    LOCKED_FOR: timedelta = timedelta(minutes=15)
    MISSES_PER_ADDRESS: int = 50
    """Wrong passwords from one address within `LOCKED_FOR`, whatever the names."""
    SECOND_FACTOR: str = "optional"
    """An authenticator app beside the password: off, optional, or required of administrators and reviewers."""
    PROOF_LASTS: timedelta = timedelta(minutes=10)
    """How long somebody who proved who they are is believed before they change what others may do."""
    PASSWORD_LENGTH: int = 14
    PASSWORD_LENGTH_WITH_FACTOR: int = 8
    PASSWORD_KINDS: int = 0
    """How many of small letters, capitals, digits and signs a password must have; 0 leaves that to its owner."""
    PASSWORD_DAYS: int = 0
    """After how many days a password has to be replaced; 0 for never."""
    PASSWORD_HISTORY: int = 0
    """How many earlier passwords may not be taken again."""
    FILE_LIMIT: int = 20 * MEGABYTE
    UPLOAD_LIMIT: int = 120 * MEGABYTE
    """One form with its files."""
    STAGED_LIMIT: int = 400 * MEGABYTE
    """All files of one person that wait for their forms."""
    FORM_LIMIT: int = 1 * MEGABYTE
    """One form without files."""
    EVIDENCE_STORE: str = ""
    """Where files are kept: a folder that several machines share, or s3://bucket/prefix; else the instance folder."""
    S3_ENDPOINT: str = ""
    S3_ACCESS_KEY: str = ""
    S3_SECRET_KEY: str = field(default="", repr=False)
    S3_REGION: str = ""
    S3_CA: str = ""
    """A file of certificates that sign the store's, where the system does not know them."""
    CLAMAV: str = ""
    """Where clamd listens: unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310; without it nothing is scanned."""
    CLAMAV_REQUIRED: bool = True
    """Whether files are refused while it is away; otherwise they come in and are scanned when it is back."""
    PUBLIC_URL: str = ""
    """Where people find the program, for links in mails and calendars; without it they carry none."""
    SMTP_HOST: str = ""
    """Without it nothing is mailed: people are told on screen alone."""
    SMTP_PORT: int = 25
    SMTP_SECURITY: str = "none"
    SMTP_USER: str = ""
    SMTP_PASSWORD: str = ""
    MAIL_FROM: str = ""
    """The address that mails come from."""
    IDLE_DAYS: int = 45
    """Accounts that nobody used for so long are put out of action; 0 leaves them."""
    KEEP_DRAFTS: timedelta = timedelta(days=30)
    """How long what nobody came back to stays: what was typed and not sent."""
    KEEP_SESSIONS: timedelta = timedelta(days=90)
    """After its last use; that somebody signed in stays in the log."""
    KEEP_NOTICES: timedelta = timedelta(days=730)
    KEEP_MAILS: timedelta = timedelta(days=365)
    """After they were sent or given up."""
    REVIEW_MONTHS: int = 6
    """Between two reviews of who may do what; 0 reminds of none."""
    OIDC_ISSUER: str = ""
    """The organisation's own sign-in (OpenID Connect); without it people sign in with passwords alone."""
    OIDC_CLIENT_ID: str = ""
    OIDC_CLIENT_SECRET: str = ""
    OIDC_CLAIM: str = "preferred_username"
    """Of an identity: holds the user name here."""
    OIDC_NAME: str = ""
    """What the button calls it; `tài khoản cơ quan` where nothing is said."""
    MONITOR_TOKEN: str = ""
    """Whoever brings it may ask how the program is (`/readyz`, `/metrics`); without it only this machine may."""
    METRICS: bool = False
    """Count requests, and tell a monitor (`/metrics`)."""
    DISK_FREE: int = 500 * MEGABYTE
    """With less room left than this the program calls itself not ready."""
    TESTING: bool = False
    SECURE_COOKIES: bool = field(default=False)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Raises BadSetting."""
        instance = Path(environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()
        instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        production = environ.get("PRODUCTION", "") == "1"
        hosts = _listed(environ, "TRUSTED_HOSTS")
        if production and not hosts:
            raise BadSetting("TRUSTED_HOSTS must name the hosts that the program answers for when PRODUCTION=1.")
        defaults = cls.__dataclass_fields__
        return cls(
            SECRET_KEY=_secret(environ, "SECRET_KEY", instance),
            AUDIT_KEY=_secret(environ, "AUDIT_KEY", instance),
            DATABASE_URL=environ.get("DATABASE_URL") or f"sqlite:///{(instance / 'inspect.sqlite').as_posix()}",
            INSTANCE_PATH=instance,
            MIGRATION_DATABASE_URL=_spelt_out(environ.get("MIGRATION_DATABASE_URL", "")),
            POOL_SIZE=_at_least(1, environ, "POOL_SIZE", 5),
            POOL_OVERFLOW=_whole(environ, "POOL_OVERFLOW", 10),
            STATEMENT_SECONDS=_at_least(10, environ, "STATEMENT_SECONDS", 30),
            PREPARE=environ.get("PREPARE", "1") != "0",
            **_standby(environ),
            SECRET_KEY_FALLBACKS=_listed(environ, "SECRET_KEY_FALLBACKS"),
            AUDIT_KEY_FALLBACKS=_listed(environ, "AUDIT_KEY_FALLBACKS"),
            ANCHOR_SYSLOG=_syslog(environ, "ANCHOR_SYSLOG"),
            PRODUCTION=production,
            TRUSTED_HOSTS=hosts,
            PROXIES=_whole(environ, "PROXIES", 0),
            DEMO_PASSWORD=environ.get("DEMO_PASSWORD", ""),
            ORGANISATION=environ.get("ORGANISATION") or str(defaults["ORGANISATION"].default),
            HELP_PHONE=environ.get("HELP_PHONE", ""),
            HELP_HOURS=environ.get("HELP_HOURS", ""),
            IDLE=timedelta(minutes=_whole(environ, "IDLE_MINUTES", 15)),
            IDLE_ADMIN=timedelta(minutes=_whole(environ, "IDLE_MINUTES_ADMIN", 5)),
            LOCKED_FOR=timedelta(minutes=_whole(environ, "LOCKED_MINUTES", 15)),
            LONGEST_SESSION=timedelta(hours=_whole(environ, "SESSION_HOURS", 12)),
            MISSES=_whole(environ, "MISSES", 5),
            MISSES_PER_ADDRESS=_whole(environ, "MISSES_PER_ADDRESS", 50),
            SECOND_FACTOR=_one_of(environ, "SECOND_FACTOR", ("optional", "off", "required")),
            PROOF_LASTS=timedelta(minutes=_whole(environ, "PROOF_MINUTES", 10)),
            PASSWORD_LENGTH=_whole(environ, "PASSWORD_LENGTH", 14),
            PASSWORD_LENGTH_WITH_FACTOR=_whole(environ, "PASSWORD_LENGTH_WITH_FACTOR", 8),
            PASSWORD_KINDS=_whole(environ, "PASSWORD_KINDS", 0),
            PASSWORD_DAYS=_whole(environ, "PASSWORD_DAYS", 0),
            PASSWORD_HISTORY=_whole(environ, "PASSWORD_HISTORY", 0),
            SECURE_COOKIES=production,
            PUBLIC_URL=_address(environ, "PUBLIC_URL"),
            **_store(environ),
            CLAMAV=_scanner(environ, "CLAMAV"),
            CLAMAV_REQUIRED=environ.get("CLAMAV_REQUIRED", "1") != "0",
            MONITOR_TOKEN=_token(environ, "MONITOR_TOKEN"),
            METRICS=environ.get("METRICS", "") == "1",
            DISK_FREE=_whole(environ, "DISK_FREE_MB", 500) * MEGABYTE,
            **_smtp(environ),
            IDLE_DAYS=_whole(environ, "IDLE_DAYS", 45),
            **dict[str, Any]((name, _days(environ, name)) for name in KEPT_DAYS),
            REVIEW_MONTHS=_whole(environ, "REVIEW_MONTHS", 6),
            **_oidc(environ),
        )

    @property
    def anchors_folder(self) -> Path:
        return self.INSTANCE_PATH / "anchors"

    @property
    def evidence_folder(self) -> Path:
        """Where files are kept, unless in a bucket."""
        return Path(self.EVIDENCE_STORE) if self.EVIDENCE_STORE else self.INSTANCE_PATH / "evidence"

    @property
    def database_url(self) -> str:
        """With the driver spelt out as SQLAlchemy wants it."""
        return _spelt_out(self.DATABASE_URL)


SMTP_PORTS = {"none": 25, "starttls": 587, "tls": 465}
"""How the connection to the mail server is secured -> the port where servers usually listen for that."""


def _smtp(environ: Mapping[str, str]) -> dict[str, Any]:
    """The mail server's settings; nothing where none is named."""
    host = environ.get("SMTP_HOST", "")
    if not host:
        return {}
    security, user, sender = (environ.get(name, "") for name in ("SMTP_SECURITY", "SMTP_USER", "MAIL_FROM"))
    if (security or "none") not in SMTP_PORTS:
        raise BadSetting("SMTP_SECURITY must be none, starttls or tls.")
    if user and (security or "none") == "none":
        raise BadSetting("SMTP_USER needs SMTP_SECURITY=starttls or tls: a password does not travel in the open.")
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", sender):
        raise BadSetting("MAIL_FROM must be the address that mails come from when SMTP_HOST is set.")
    return {
        "SMTP_HOST": host,
        "SMTP_PORT": _whole(environ, "SMTP_PORT", SMTP_PORTS[security or "none"]),
        "SMTP_SECURITY": security or "none",
        "SMTP_USER": user,
        "SMTP_PASSWORD": environ.get("SMTP_PASSWORD", ""),
        "MAIL_FROM": sender,
    }


_UNSEEN = r"(https://|http://(127\.0\.0\.1|localhost|\[::1\])(?=[:/]|$))"
"""How an address begins of which nobody on the way can read along."""


def _store(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the store of files; nothing where they are kept in the instance folder."""
    place = environ.get("EVIDENCE_STORE", "")
    if not place:
        return {}
    if missing := [name for name in ("SECRET_KEY", "AUDIT_KEY") if not environ.get(name)]:
        raise BadSetting(f"EVIDENCE_STORE needs {', '.join(missing)}: machines that share files share their keys, too.")
    if not place.startswith("s3://"):
        if not Path(place).is_absolute() or not Path(place).is_dir():
            raise BadSetting("EVIDENCE_STORE must be a folder that is there, by its whole path, or s3://bucket/prefix.")
        return {"EVIDENCE_STORE": place}
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_./-]*)?", place):
        raise BadSetting("EVIDENCE_STORE must be s3://bucket/prefix, of plain letters, digits and hyphens.")
    names = ("S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_REGION", "S3_CA")
    missing = [name for name in names[:3] if not environ.get(name)]
    if missing:
        raise BadSetting(f"EVIDENCE_STORE=s3://… needs {', '.join(missing)} as well.")
    endpoint = environ["S3_ENDPOINT"].rstrip("/")
    if not re.fullmatch(_UNSEEN + r"[^\s/?#]*", endpoint):
        raise BadSetting("S3_ENDPOINT must be https://host or https://host:port: files do not travel in the open.")
    if not find_spec("minio"):
        raise BadSetting("EVIDENCE_STORE=s3://… needs the optional packages: python3 manage.py setup --optional.")
    return {"EVIDENCE_STORE": place} | {name: environ.get(name, "") for name in names} | {"S3_ENDPOINT": endpoint}


def _spelt_out(url: str) -> str:
    """An address of PostgreSQL as SQLAlchemy wants it."""
    return "postgresql://" + url.removeprefix("postgres://") if url.startswith("postgres://") else url


def _standby(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the copy that reports are read from; nothing where there is none."""
    url = _spelt_out(environ.get("REPORT_DATABASE_URL", ""))
    if not url:
        return {}
    if not all(each.startswith("postgresql") for each in (url, _spelt_out(environ.get("DATABASE_URL", "")))):
        raise BadSetting("REPORT_DATABASE_URL must name a standby of the PostgreSQL that DATABASE_URL names.")
    minutes = _whole(environ, "REPORT_DELAY_MINUTES", 5)
    return {"REPORT_DATABASE_URL": url, "REPORT_DELAY": timedelta(minutes=minutes)}


def _syslog(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if value and not re.fullmatch(r"/[^\s]+|[^\s:/]+:[0-9]{1,5}", value):
        raise BadSetting(f"{name} must be the path of a socket such as /dev/log, or host:port.")
    return value


def _oidc(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the organisation's own sign-in; nothing where no issuer is named."""
    issuer = environ.get("OIDC_ISSUER", "")
    if not issuer:
        return {}
    if not re.fullmatch(_UNSEEN + r"[^\s?#]*", issuer):
        raise BadSetting("OIDC_ISSUER must be an https address: who somebody is does not travel in the open.")
    missing = [name for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PUBLIC_URL") if not environ.get(name)]
    if missing:
        raise BadSetting(f"OIDC_ISSUER needs {', '.join(missing)} as well.")
    if not environ["OIDC_CLIENT_SECRET"].isascii():
        raise BadSetting("OIDC_CLIENT_SECRET must be what the provider gave, in plain letters.")
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_CLAIM", "OIDC_NAME")
    return {name: environ[name] for name in names if environ.get(name)}


def _address(environ: Mapping[str, str], name: str) -> str:
    """Of a site, without a slash at its end."""
    value = environ.get(name, "").rstrip("/")
    if value and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
        raise BadSetting(f"{name} must be an address such as https://kiemtra.cantho.gov.vn.")
    return value


def _scanner(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if value and not re.fullmatch(r"unix:/\S+|tcp:(\[[0-9a-fA-F:]+\]|[^\s:/]+):[0-9]{1,5}", value):
        raise BadSetting(f"{name} must be unix:/path/of/clamd.ctl or tcp:host:port.")
    return value


def _whole(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, "")
    if not value:
        return default
    if not value.isdecimal():
        raise BadSetting(f"{name} must be a whole number.")
    return int(value)


def _at_least(least: int, environ: Mapping[str, str], name: str, default: int) -> int:
    number = _whole(environ, name, default)
    if number < least:
        raise BadSetting(f"{name} must be at least {least}.")
    return number


def _one_of(environ: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """The first word where none is given."""
    value = environ.get(name, "") or words[0]
    if value not in words:
        raise BadSetting(f"{name} must be {', '.join(words[:-1])} or {words[-1]}.")
    return value


def _token(environ: Mapping[str, str], name: str) -> str:
    """As hard to guess as a secret; none where none is given."""
    value = environ.get(name, "")
    if value and (len(value) < SHORTEST_SECRET or len(set(value)) < FEWEST_CHARACTERS):
        raise BadSetting(f"{name} must be random and have at least {SHORTEST_SECRET} characters.")
    return value


KEPT_DAYS = {
    "KEEP_DRAFTS": (7, 30, 90),
    "KEEP_SESSIONS": (30, 90, 366),
    "KEEP_NOTICES": (90, 730, 3660),
    "KEEP_MAILS": (30, 365, 3660),
}
"""Retention: the fewest days, the default, the most. Their variables end in `_DAYS`."""


def _days(environ: Mapping[str, str], name: str) -> timedelta:
    least, default, most = KEPT_DAYS[name]
    days = _whole(environ, f"{name}_DAYS", default)
    if not least <= days <= most:
        raise BadSetting(f"{name}_DAYS must be {least} to {most}.")
    return timedelta(days=days)


def _listed(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in environ.get(name, "").split(",") if part.strip())


def _secret(environ: Mapping[str, str], name: str, instance: Path) -> str:
    """From the environment, or made once and kept in the instance folder, readable by its owner alone."""
    given = environ.get(name, "")
    if given:
        if len(given) < SHORTEST_SECRET or len(set(given)) < FEWEST_CHARACTERS:
            raise BadSetting(f"{name} must be random and have at least {SHORTEST_SECRET} characters.")
        return given
    path = instance / name.lower().replace("_", "-")
    if not path.exists():
        _keep_secret(path)
    kept = path.read_text(encoding="ascii").strip()
    if len(kept) < SHORTEST_SECRET:
        raise BadSetting(f"{path.name} in the instance folder is damaged; restore it from the backup.")
    return kept


def _keep_secret(path: Path) -> None:
    """Whole or not at all: of several workers that start at once, the first one's secret stays."""
    handle, draft = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
