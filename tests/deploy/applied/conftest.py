"""One deployment, by `scripts/deploy.py` with the real provider on an AWS of our own; the tests go through its life."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.api_client import AlexApi
from tests.deploy.applied.deployment import ORIGIN, Deployment, given, run_script
from tests.deploy.cloud import API_ID, ARCH, running_cloud
from tests.deploy.terraform import Terraform

HERE = Path(__file__).parent
LIFE = (
    "test_deploy_script.py",
    "test_deployed_api.py",
    "test_deployed_resources.py",
    "test_deployed_roles.py",
    "test_toggling.py",
    "test_later_applies.py",
    "test_destroy.py",
)
#: Two minutes of it are the provider's own waiting.
TIMEOUT_S = 600
IMPATIENT = {"LEASE_S": "6", "WATCHDOG_DELAY_S": "3", "MARGIN_S": "1"}
"""So that nobody waits a minute for what a killed planner leaves."""
USER, PASSWORD = "somebody@example.com", "Correct-horse-1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests of this folder into the order of LIFE, and leaves all others where they are."""
    places = [place for place, item in enumerate(items) if item.path.parent == HERE]
    in_order = sorted((items[place] for place in places), key=lambda item: LIFE.index(item.path.name))
    for place, item in zip(places, in_order, strict=True):
        item.add_marker(pytest.mark.timeout(TIMEOUT_S))
        items[place] = item


@pytest.fixture(scope="package")
def deployment() -> Iterator[Deployment]:
    """Nothing of it runs, and no file of it is left, afterwards, whatever went wrong."""
    with running_cloud() as cloud:
        terraform = Terraform(cloud.folder, cloud.environment())
        extra = {**cloud.endpoints(), **IMPATIENT}
        variables: dict[str, object] = {
            "arch": ARCH,
            "packages_dir": str(cloud.packages),
            "tags": {"ms-custom-id": API_ID},
            "cors_origins": [ORIGIN],
            "extra_environment": extra,
            "deletion_protection": False,
            "final_snapshot": False,
            "secret_recovery_days": 0,
        }
        terraform.init()
        place = ["--terraform", str(terraform.folder), "--api-url", cloud.api_url]
        deployed = run_script(cloud, "deploy.py", *place, "--auto-approve", "--skip-packaging", *given(variables))
        assert deployed.returncode == 0, deployed.stdout[-20_000:] + deployed.stderr
        yield Deployment(cloud, terraform, variables, extra, terraform.outputs(), deployed)


@pytest.fixture(scope="package")
def alex(deployment: Deployment) -> AlexApi:
    """The API for a user who signed in with his password, with the sample portfolio."""
    cognito = deployment.cloud.emulator.client("cognito-idp")
    pool, client = deployment.outputs["user_pool_id"], deployment.outputs["user_pool_client_id"]
    cognito.admin_create_user(UserPoolId=pool, Username=USER, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    signed_in = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH", ClientId=client, AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD}
    )
    alex = AlexApi(deployment.url, signed_in["AuthenticationResult"]["AccessToken"])
    alex.post("/api/populate-test-data")
    return alex
