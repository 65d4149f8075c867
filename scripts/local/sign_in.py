"""Cognito for development: a user pool with password sign-in and two users with tokens valid for a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from scripts.local.emulator import REGION, Emulator
from scripts.manifest import NAME_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

PAGE_UNDER_DEVELOPMENT = "http://localhost:3000"
"""The address of `npm run dev`."""
USERS = ("developer", "other-user")
PASSWORD = "Local-development-1"  # noqa: S105 -- of made-up users on this machine
TOKEN_HOURS = 24
_CLIENT: Any = {
    "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    "AccessTokenValidity": TOKEN_HOURS,
    "IdTokenValidity": TOKEN_HOURS,
    "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours"},
}


class SignIn(BaseModel):
    """The pool as an OIDC issuer, its only client (the audience), and an access token of each user.

    `url` is the address of the login, and the callback address.
    """

    issuer: str
    url: str
    client_id: str
    token: str
    token_other_user: str


def start_with_sign_in(emulator: Emulator, url: str) -> SignIn:
    """Start the emulator with the user pool, user ids and signing keys of earlier runs, if any.

    A new pool is saved at once. If the emulator were killed before that, the user ids would be lost, and with them
    access to these users' data in the database.
    `url` is the address of the gateway, which serves the page and the login.
    """
    emulator.start()
    cognito: CognitoIdentityProviderClient = emulator.client("cognito-idp")
    if not cognito.list_user_pools(MaxResults=1)["UserPools"]:
        _create(cognito)
        emulator.save_users()
    pool, client = _pool_and_client(cognito)
    _let_the_page_sign_in(cognito, pool, client, url)
    token, token_other_user = (_token(cognito, pool, client, user) for user in USERS)
    return SignIn(
        url=url,
        issuer=f"https://cognito-idp.{REGION}.amazonaws.com/{pool}",
        client_id=client,
        token=token,
        token_other_user=token_other_user,
    )


def add_user(cognito: CognitoIdentityProviderClient, user: str) -> str:
    """Create another user in the running emulator's pool, and return an access token."""
    return _add_user(cognito, *_pool_and_client(cognito), user)


def _pool_and_client(cognito: CognitoIdentityProviderClient) -> tuple[str, str]:
    """Return the ids of the only pool and its only client."""
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    return pool, cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=1)["UserPoolClients"][0]["ClientId"]


def _add_user(cognito: CognitoIdentityProviderClient, pool: str, client: str, user: str) -> str:
    cognito.admin_create_user(UserPoolId=pool, Username=user, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=user, Password=PASSWORD, Permanent=True)
    return _token(cognito, pool, client, user)


def _create(cognito: CognitoIdentityProviderClient) -> None:
    pool = cognito.create_user_pool(PoolName=NAME_PREFIX)["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName=NAME_PREFIX,
        **_CLIENT,
    )["UserPoolClient"]["ClientId"]
    for user in USERS:
        _add_user(cognito, pool, client, user)  # also creates the signing keys, which are kept


def _let_the_page_sign_in(cognito: CognitoIdentityProviderClient, pool: str, client: str, url: str) -> None:
    """Allow the code flow with PKCE. The port may differ from that of the run that created the client."""
    addresses = [f"{url}/", f"{url.replace('127.0.0.1', 'localhost')}/", f"{PAGE_UNDER_DEVELOPMENT}/"]
    cognito.update_user_pool_client(
        UserPoolId=pool,
        ClientId=client,
        **_CLIENT,
        SupportedIdentityProviders=["COGNITO"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile"],
        CallbackURLs=addresses,
        LogoutURLs=addresses,
    )


def _token(cognito: CognitoIdentityProviderClient, pool: str, client: str, user: str) -> str:
    response = cognito.admin_initiate_auth(
        UserPoolId=pool,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        ClientId=client,
        AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD},
    )
    return response["AuthenticationResult"]["AccessToken"]
