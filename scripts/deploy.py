"""Deploys Alex: builds the zips, applies Terraform, checks the result and resends the messages of unfinished jobs.

The checks run a smoke job through the API and call the model once. The smoke job signs in with --token, or as a Cognito
user created for it. If the user was new, it erases them afterwards; otherwise, only the job is deleted. Jobs
that have not ended get a new message, as with `scripts/redrive.py --unfinished`, in case the deployment replaced their
queue. Credentials and region come from the same places as for Terraform and the AWS CLI; AWS_ENDPOINT_URL replaces AWS.
Variables that are not given here come from terraform.tfvars, TF_VAR_… or their defaults.
"""

import sys
import tempfile
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from functions.shared.database import DatabaseError
from scripts.api_client import AlexApi, ApiError
from scripts.aws_errors import in_words
from scripts.cli import run
from scripts.deploying.issuer import IssuerUnusable, check_issuer
from scripts.deploying.model_access import ModelRefused, check_model
from scripts.deploying.smoke_job import SmokeJobFailed, run_smoke_job, smoke_user
from scripts.deploying.terraform import Plan, Terraform, TerraformError
from scripts.deployment import NEXT_STEPS, TERRAFORM, Deployment, of_terraform
from scripts.packaging.command import main as package
from scripts.packaging.target import ARCHITECTURES
from scripts.redrive import resend_unfinished

_EPILOG = """\
examples (each after `python3 -m uv run`):
  scripts/deploy.py                                          in us-east-1, with prose from templates
  scripts/deploy.py --var region=eu-west-1 --var bedrock_model_id=eu.amazon.nova-pro-v1:0
  scripts/deploy.py --var-file live.tfvars --auto-approve
  scripts/deploy.py --only-checks                            check the current deployment without changing it

exit status: 0 deployed and checked, 1 not deployed or not working (with the reason), 2 invalid arguments"""


_LATER = "Run `python3 -m uv run scripts/redrive.py --unfinished --aws` later."


class DeployError(Exception):
    """The deployment cannot continue; the message is a sentence."""


def main() -> int:
    arguments = _arguments()
    try:
        terraform = Terraform(arguments.terraform.resolve())
        _check_credentials()
        if not arguments.only_checks:
            _check_approver(arguments)
            if not arguments.skip_packaging and package(["--arch", arguments.arch]):
                raise DeployError("The zips could not be built, so nothing was deployed.")
            _apply(terraform, arguments)
        deployed = _deployed(terraform, arguments)
        _check(deployed)
        if not arguments.only_checks:
            resend_unfinished(deployed)
        print(f"`{NEXT_STEPS}` prints the next steps.")
    except (DeployError, IssuerUnusable, ModelRefused, SmokeJobFailed, TerraformError) as error:
        print(error, file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(in_words(error), file=sys.stderr)
    except DatabaseError as error:  # raised only by the last step
        print(f"Deployed, but the unfinished jobs could not be read: {error}\n{_LATER}", file=sys.stderr)
    except ApiError as error:
        print(f"The API refused the smoke job: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. `terraform apply` continues from here.", file=sys.stderr)
    else:
        return 0
    return 1


def _arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__, epilog=_EPILOG, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="a Terraform variable")
    parser.add_argument(
        "--var-file", action="append", default=[], type=Path, metavar="FILE", help="a file of variables"
    )
    parser.add_argument(
        "--arch", choices=ARCHITECTURES, default=ARCHITECTURES[0], help="the instruction set [%(default)s]"
    )
    parser.add_argument("--auto-approve", action="store_true", help="apply without asking")
    parser.add_argument("--skip-packaging", action="store_true", help="deploy the existing zips")
    parser.add_argument("--only-checks", action="store_true", help="check the current deployment")
    parser.add_argument("--token", help="a JWT for the smoke job; required with your own issuer")
    parser.add_argument("--api-url", help="URL for the smoke job [the output api_url]")
    parser.add_argument("--terraform", type=Path, default=TERRAFORM, help="Terraform's folder [terraform]")
    arguments = parser.parse_args()
    if wrong := [given for given in arguments.var if "=" not in given]:
        parser.error(f"--var must be NAME=VALUE, not {wrong[0]}")
    if missing := [file for file in arguments.var_file if not file.is_file()]:
        parser.error(f"{missing[0]} does not exist")
    return arguments


def _check_credentials() -> None:
    """Fail early if AWS rejects the credentials. Raises botocore's errors."""
    identity = Deployment(region="us-east-1").client("sts").get_caller_identity()
    print(f"AWS account {identity['Account']}, as {identity['Arn']}")


def _check_approver(arguments: Namespace) -> None:
    """Fail early if nobody can approve the plan. Raises DeployError."""
    if not arguments.auto_approve and not sys.stdin.isatty():
        raise DeployError("Without a terminal, nobody can approve the plan: pass --auto-approve. Nothing was changed.")


def _apply(terraform: Terraform, arguments: Namespace) -> None:
    terraform.init()
    variables = [f"-var=arch={arguments.arch}", *(f"-var={given}" for given in arguments.var)]
    variables += [f"-var-file={file.resolve()}" for file in arguments.var_file]
    with tempfile.TemporaryDirectory() as folder:
        plan = terraform.plan(variables, Path(folder, "plan"))
        _check_plan(plan, arguments)
        if plan.is_empty:
            return
        _approve(arguments)
        try:
            terraform.apply(plan)
        except TerraformError as error:
            raise DeployError(
                f"{error}\nA failed migration is rolled back, and functions that were not updated keep their old code. "
                "Fix the cause and run this again."
            ) from None


def _check_plan(plan: Plan, arguments: Namespace) -> None:
    """Find mistakes that Terraform reports late, or never. Raises DeployError or IssuerUnusable."""
    region = plan.variables["region"]
    if plan.deployed_region not in (None, region):
        raise DeployError(
            f"This would create a deployment in {region} and orphan the one in {plan.deployed_region}. "
            f"Pass --var region={plan.deployed_region}, or use another Terraform workspace for {region}."
        )
    if issuer := plan.variables["jwt_issuer"]:
        check_issuer(issuer)
        if not arguments.token:
            raise DeployError(f"The smoke job must sign in: pass a token of {issuer} with --token.")


def _approve(arguments: Namespace) -> None:
    if arguments.auto_approve:
        return
    try:
        answer = input('Type "yes" to apply: ')
    except EOFError:  # Ctrl-D
        answer = ""
        print()
    if answer != "yes":
        raise DeployError("Nothing was changed.")


def _deployed(terraform: Terraform, arguments: Namespace) -> Deployment:
    given = {name: value for name in ("api_url", "token") if (value := getattr(arguments, name))}
    deployed = of_terraform(terraform).model_copy(update=given)
    if not deployed.api_url:
        raise DeployError(
            "There is no deployment in Terraform's state: run this without --only-checks, or where the state is."
        )
    return deployed


def _check(deployment: Deployment) -> None:
    """Run a job as a user does, and call the model. Raises the errors that `main` reports."""
    console = Console()
    print(f"API at {deployment.api_url}")
    if deployment.token:
        run_smoke_job(AlexApi(*deployment.api()), console)
    elif deployment.user_pool_id:
        with smoke_user(deployment) as token:
            run_smoke_job(AlexApi(*deployment.model_copy(update={"token": token}).api()), console)
    else:
        raise DeployError(f"The smoke job must sign in: pass a token of {deployment.jwt_issuer} with --token.")
    print("The smoke job completed and was removed.")
    print(check_model(deployment))


if __name__ == "__main__":
    run(main)
