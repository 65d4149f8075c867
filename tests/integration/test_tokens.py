"""Authentication: all kinds of tokens at the real authorizer, and at the function's own check behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scripts.local.sign_in import PASSWORD, USERS
from scripts.local.stack import LocalStack
from tests.integration.http_client import HttpClient, HttpResponse
from tests.integration.issuer import Issuer, public_jwk, some_key

Forge = Callable[[Issuer], str]
UNKNOWN_KEY = some_key()

HEADERS_WITHOUT_A_TOKEN = [
    *("", "Bearer", "Bearer ..", "Bearer let-me-in", "Basic ZGV2ZWxvcGVyOnBhc3N3b3Jk"),
    *("Bearer null", "Bearer e30.e30.", "Bearer a.b.c.d", "Negotiate", "Bearer \u00e9", f"Bearer {'.' * 4_000}"),
]
#: Refused by the gateway.
FORGED: dict[str, Forge] = {
    "claims that are not JSON": lambda issuer: ".AAAA.".join(issuer.token().split(".")[::2]),
    "another's signature": lambda issuer: f"{issuer.token().rpartition('.')[0]}.{'A' * 342}",
    "changed claims": lambda issuer: issuer.token(sub="somebody").rpartition(".")[0] + issuer.token()[-343:],
    "two tokens": lambda issuer: f"{issuer.token()}, Bearer {issuer.token()}",
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 1),
    "not yet valid": lambda issuer: issuer.token(nbf=int(time.time()) + 3600),
    "issued in the future": lambda issuer: issuer.token(iat=int(time.time()) + 3600),
    "another client": lambda issuer: issuer.token(client_id="another-client"),
    "another audience": lambda issuer: issuer.token(aud="another-client"),
    "no audience": lambda issuer: issuer.token(without="client_id"),
    "another issuer": lambda issuer: issuer.token(iss="https://issuer.example"),
    "another pool": lambda issuer: issuer.token(iss=issuer.claims["iss"] + "x"),
    "no issuer": lambda issuer: issuer.token(without="iss"),
    "an unknown key": lambda issuer: issuer.token(key=UNKNOWN_KEY),
    "a key in its own header": lambda issuer: issuer.token(key=UNKNOWN_KEY, header={"jwk": public_jwk(UNKNOWN_KEY)}),
    "a key from elsewhere": lambda issuer: issuer.token(
        key=UNKNOWN_KEY, header={"jku": "http://127.0.0.1:9", "kid": "1"}
    ),
    "a key's id that is a path": lambda issuer: issuer.token(header={"kid": "../../../../dev/null"}),
    "no algorithm in odd letters": lambda issuer: issuer.unsigned("nOnE"),
    "an empty signature": lambda issuer: f"{issuer.token().rpartition('.')[0]}.",
    "no key id": lambda issuer: issuer.token(header={"kid": None}, key=UNKNOWN_KEY),
    "no signature at all": lambda issuer: issuer.unsigned(),
    "the public key as a secret": lambda issuer: issuer.signed_with_the_public_key(),
}
#: Properly signed, and accepted by the gateway. Refused by the function.
INSUFFICIENT: dict[str, Forge] = {
    "without expiry": lambda issuer: issuer.token(without="exp"),
    "without a subject": lambda issuer: issuer.token(without="sub"),
    "an empty subject": lambda issuer: issuer.token(sub=""),
    "an endless subject": lambda issuer: issuer.token(sub="x" * 256),
    "an ID token": lambda issuer: issuer.token(token_use="id"),
    "a refresh token": lambda issuer: issuer.token(token_use="refresh"),
    "an empty use": lambda issuer: issuer.token(token_use=""),
    "an access token in capitals": lambda issuer: issuer.token(token_use="ACCESS"),
    "two uses": lambda issuer: issuer.token(token_use=["access", "id"]),
}
#: Values of `exp` that are not a time in the future. The gateway or the function refuses them.
ENDS: list[Any] = ["-1", "0", "1", 0, -1, 1, 1.5, True, 10**400]


@pytest.fixture(scope="module")
def issuer(stack: LocalStack) -> Issuer:
    return Issuer(stack)


@pytest.fixture(scope="module")
def anonymous(stack: LocalStack) -> Iterator[HttpClient]:
    client = HttpClient(stack.info.api_url, token=None)
    yield client
    client.close()


@pytest.fixture(scope="module")
def a_user(stack: LocalStack) -> Iterator[HttpClient]:
    """The user that an intruder would erase."""
    client = HttpClient(stack.info.api_url, stack.info.token)
    client("POST", "/api/populate-test-data")
    yield client
    client("DELETE", "/api/user")
    client.close()


def erase(client: HttpClient, authorization: str) -> HttpResponse:
    """The most harmful request."""
    return client("DELETE", "/api/user", headers=[("Authorization", authorization)])


def test_token_signed_by_issuer_is_accepted(issuer: Issuer, a_user: HttpClient, anonymous: HttpClient) -> None:
    response = anonymous("GET", "/api/accounts", headers=[("Authorization", f"Bearer {issuer.token()}")])

    assert (response.status, response.json()) == (200, a_user("GET", "/api/accounts").json())


@pytest.mark.usefixtures("a_user", "nothing_is_written")
@pytest.mark.parametrize("authorization", HEADERS_WITHOUT_A_TOKEN)
def test_request_without_valid_token_is_refused(anonymous: HttpClient, authorization: str) -> None:
    assert erase(anonymous, authorization).is_gateways_own(401)


@pytest.mark.usefixtures("a_user", "nothing_is_written")
@pytest.mark.parametrize("wrong", FORGED)
def test_forged_token_is_refused(anonymous: HttpClient, issuer: Issuer, wrong: str) -> None:
    assert erase(anonymous, f"Bearer {FORGED[wrong](issuer)}").is_gateways_own(401)


@pytest.mark.usefixtures("a_user", "nothing_is_written")
@pytest.mark.parametrize("wrong", INSUFFICIENT)
def test_function_refuses_insufficient_token_accepted_by_gateway(
    anonymous: HttpClient, issuer: Issuer, wrong: str
) -> None:
    response = erase(anonymous, f"Bearer {INSUFFICIENT[wrong](issuer)}")

    assert response.refuses(401)
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.usefixtures("a_user", "nothing_is_written")
@pytest.mark.parametrize("end", ENDS, ids=lambda end: ascii(end)[:20])
def test_token_with_odd_end_is_refused(anonymous: HttpClient, issuer: Issuer, end: Any) -> None:
    assert erase(anonymous, f"Bearer {issuer.token(exp=end)}").status == 401


@pytest.mark.usefixtures("a_user", "nothing_is_written")
def test_missing_header_is_refused_for_any_spelling_of_path(anonymous: HttpClient) -> None:
    paths = ["/api/user", "//api/user", "/api//user", "/api/user/", "/api%2Fuser", "/%61pi/user"]

    assert {path: anonymous("DELETE", path).status for path in paths} == dict.fromkeys(paths, 401)
    assert anonymous("DELETE", "/API/user").refuses(404)


def test_only_the_access_token_of_sign_in_is_accepted(
    stack: LocalStack, issuer: Issuer, a_user: HttpClient, anonymous: HttpClient
) -> None:
    cognito = stack.boto3_client("cognito-idp")
    signed_in = cognito.admin_initiate_auth(
        UserPoolId=issuer.claims["iss"].rpartition("/")[2],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        ClientId=issuer.claims["client_id"],
        AuthParameters={"USERNAME": USERS[0], "PASSWORD": PASSWORD},
    )["AuthenticationResult"]

    access = anonymous("GET", "/api/user", headers=[("Authorization", f"Bearer {signed_in['AccessToken']}")])
    identity = anonymous("GET", "/api/user", headers=[("Authorization", f"Bearer {signed_in['IdToken']}")])

    assert access.json() == a_user("GET", "/api/user").json()
    assert identity.refuses(401)
