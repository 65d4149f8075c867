"""One deployment by `scripts/deploy.py`, with the real provider on an emulated AWS; the tests follow its life."""

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
SHORT_LEASE = {"LEASE_S": "6"}
"""Short, so that no test waits a minute for the job of a killed planner."""
USER, PASSWORD = "somebody@example.com", "Correct-horse-1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of this folder into the order of LIFE and leave all others in place."""
    places = [place for place, item in enumerate(items) if item.path.parent == HERE]
    in_order = sorted((items[place] for place in places), key=lambda item: LIFE.index(item.path.name))
    for place, item in zip(places, in_order, strict=True):
        items[place] = item


@pytest.fixture(scope="package")
def deployment() -> Iterator[Deployment]:
    """The deployment. Leaves no process and no file behind, even after a failure."""
    with running_cloud() as cloud:
        terraform = Terraform(cloud.folder, cloud.environment())
        extra = {**cloud.endpoints(), **SHORT_LEASE}
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
    """The API for a user who signed in with a password and has the sample portfolio."""
    cognito = deployment.cloud.emulator.client("cognito-idp")
    pool, client = deployment.outputs["user_pool_id"], deployment.outputs["operators_client_id"]
    cognito.admin_create_user(UserPoolId=pool, Username=USER, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    signed_in = cognito.admin_initiate_auth(
        UserPoolId=pool,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        ClientId=client,
        AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD},
    )
    alex = AlexApi(deployment.url, signed_in["AuthenticationResult"]["AccessToken"])
    alex.post("/api/populate-test-data")
    return alex
