"""Signing in with an identity of the organisation's own: OpenID Connect, authorization code with PKCE.

The provider says who somebody is, and nothing else: a claim names an account that an administrator made here. Nobody
is created and nothing is granted. The server asks the configured issuer alone, and follows no redirect of its.
"""

import importlib.util
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from inspect_app.accounts import queries
from inspect_app.accounts.services.sessions import How, begin_session
from inspect_app.accounts.services.signing import SignInRefused, may_enter
from inspect_app.core import audit, once
from inspect_app.core.actor import Actor
from inspect_app.core.errors import sentence
from inspect_app.core.text import one_line

LIBRARY = "authlib"
"""Installed where it is wanted: requirements-optional.txt."""
PATIENCE = 5
"""Seconds that the provider has for each answer."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ."""
SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Never `none`, and never our own secret (HS256)."""
CONFIGURATION = "/.well-known/openid-configuration"
FAILED = sentence("Đăng nhập qua %(name)s chưa thành công. Thử lại từ đầu, hoặc dùng tên đăng nhập và mật khẩu")
SILENT = sentence("%(name)s chưa trả lời. Thử lại sau ít phút, hoặc dùng tên đăng nhập và mật khẩu")
UNKNOWN = sentence(
    "Danh tính %(username)s chưa có tài khoản đang hoạt động ở đây. Nhờ quản trị hệ thống cấp hoặc mở lại tài khoản"
)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Provider:
    """The organisation's provider, as the environment names it."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    claim: str
    """Of the identity: holds the user name here."""
    comes_back_to: str
    """Our address that the provider sends the browser to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser keeps between going there and coming back."""

    state: str
    nonce: str
    verifier: str


class Refused(SignInRefused):
    """The provider did not say who it is, or said it in a way that does not hold; `why` is for the operator's log."""

    def __init__(self, message: str, why: str, **values: object) -> None:
        super().__init__(message, "", **values)
        self.why = why


def is_installed() -> bool:
    return importlib.util.find_spec(LIBRARY) is not None


def ask(provider: Provider) -> tuple[str, Asked]:
    """The address to send the browser to, and what it is to keep. Raises Refused."""
    asked = Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    with _client(provider) as client:
        endpoint = _configuration(client, provider)["authorization_endpoint"]
        address, _state = client.create_authorization_url(
            endpoint, state=asked.state, nonce=asked.nonce, code_verifier=asked.verifier
        )
    return str(address), asked


def answer(provider: Provider, asked: Asked, came: Mapping[str, str], *, now: datetime) -> str:
    """The user name that the provider vouches for. `came` is what the browser came back with. Raises Refused."""
    if not secrets.compare_digest(came.get("state", "").encode(), asked.state.encode()):
        raise _failed(provider, "state")
    if "code" not in came:
        raise _failed(provider, f"error: {came.get('error', '')}")
    with _client(provider) as client:
        configuration = _configuration(client, provider)
        named = came.get("iss")
        owes_its_name = configuration.get("authorization_response_iss_parameter_supported")
        if named != provider.issuer and (named is not None or owes_its_name):
            raise _failed(provider, "iss of the answer")
        given = _token(client, provider, configuration, came["code"], asked.verifier)
        keys = _asked_for(client, provider, configuration["jwks_uri"])
    claims = _claims(provider, given, keys, nonce=asked.nonce, now=now)
    username = claims.get(provider.claim)
    if not isinstance(username, str) or not username.strip():
        raise _failed(provider, f"no {provider.claim}")
    return one_line(username).lower()


def enter(
    username: str, state: str, *, address: str, device: str, now: datetime, today: date, production: bool = False
) -> str:
    """Begin a session for the account of that name and return its secret token.

    Raises SignInRefused; an account that is not active is noted in its log first.
    """
    person = queries.by_username(username)
    refused = SignInRefused(UNKNOWN, username=username[:100])
    if person is None:
        raise refused
    if not may_enter(person, production=production):
        nobody = Actor(person_id=None, name="", address=address)
        audit.record("person:sign_in_missed", person, actor=nobody, on=today, how=How.OUTSIDE, locked=False)
        raise refused
    if once.take(f"outside:{state}", actor=Actor(person_id=person.id, name=person.name)) is not None:
        raise SignInRefused("Lần đăng nhập này đã dùng rồi. Đăng nhập lại từ đầu")
    return begin_session(person, address=address, device=device, now=now, today=today, how=How.OUTSIDE)


# Talking to the provider


def _client(provider: Provider) -> Any:
    from authlib.integrations.requests_client import OAuth2Session

    client = OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope="openid profile email",
        redirect_uri=provider.comes_back_to,
        code_challenge_method="S256",
        default_timeout=PATIENCE,
    )
    client.trust_env = False
    return client


def _configuration(client: Any, provider: Provider) -> dict[str, Any]:
    found = _asked_for(client, provider, provider.issuer.rstrip("/") + CONFIGURATION)
    if found.get("issuer") != provider.issuer:
        raise _failed(provider, f"issuer is {found.get('issuer')!r}")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_safe(str(found.get(name, "")), beside=provider.issuer):
            raise _failed(provider, f"{name} is {found.get(name)!r}")
    return found


def is_safe(address: str, *, beside: str = "") -> bool:
    """Encrypted, or on this machine where the issuer is as well."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    return here and (not beside or urlsplit(beside).hostname in LOOPBACK)


def _asked_for(client: Any, provider: Provider, address: str) -> dict[str, Any]:
    import requests

    try:
        response = client.request("GET", address, withhold_token=True, allow_redirects=False)
        found = response.json() if response.status_code == 200 else None
    except requests.JSONDecodeError:
        found = None
    except requests.RequestException as error:
        raise _silent(provider, f"{address}: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise _silent(provider, f"{address}: {response.status_code}")
    return found


def _token(client: Any, provider: Provider, configuration: Mapping[str, Any], code: str, verifier: str) -> Any:
    import requests
    from authlib.common.errors import AuthlibBaseError

    if "client_secret_basic" not in configuration.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
        client.token_endpoint_auth_method = "client_secret_post"
    try:
        return client.fetch_token(
            configuration["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            allow_redirects=False,
        )
    except AuthlibBaseError as error:
        raise _failed(provider, f"token: {error.error}") from error
    except requests.JSONDecodeError as error:
        raise _silent(provider, "token: no JSON") from error
    except requests.RequestException as error:
        raise _silent(provider, f"token: {type(error).__name__}") from error


def _claims(provider: Provider, given: Any, keys: Mapping[str, Any], *, nonce: str, now: datetime) -> Mapping[str, Any]:
    """Of the identity, once its signature, issuer, audience, time and nonce hold."""
    from authlib.common.errors import AuthlibBaseError
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    identity = given.get("id_token") if isinstance(given, Mapping) else None
    if not isinstance(identity, str):
        raise _failed(provider, "no id_token")
    expected = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "exp": {"essential": True},
    }
    told = {"nonce": nonce, "client_id": provider.client_id, "access_token": given.get("access_token")}
    try:
        signed = jwt.decode(
            identity,
            KeySet.import_key_set(keys),  # type: ignore[arg-type]
            registry=JWSRegistry(algorithms=SIGNED_WITH, strict_check_header=False),
        )
        claims = CodeIDToken(signed.claims, signed.header, expected, told)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
        raise _failed(provider, f"id_token: {error!r}") from error
    found: Mapping[str, Any] = claims
    return found


def _failed(provider: Provider, why: str) -> Refused:
    return Refused(FAILED, why, name=provider.name)


def _silent(provider: Provider, why: str) -> Refused:
    return Refused(SILENT, why, name=provider.name)
