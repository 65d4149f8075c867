"""Deploys Alex: builds the zips, applies Terraform, runs a smoke job through the API, and tries the model.

The smoke job signs in with --token, or as a Cognito user made for it. A user who is new to Alex is erased afterwards;
of one who is not, only the job is deleted. Credentials and region are those that Terraform and the AWS CLI take;
AWS_ENDPOINT_URL sends all of it elsewhere. Variables that are not given here come from terraform.tfvars, TF_VAR_… or
their defaults.
"""

import sys
import tempfile
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from scripts.api_client import AlexApi, ApiError
from scripts.aws_errors import in_words
from scripts.deploying.issuer import IssuerUnusable, check_issuer
from scripts.deploying.model_access import ModelRefused, check_model
from scripts.deploying.smoke_job import SmokeJobFailed, run_smoke_job, smoke_user
from scripts.deploying.terraform import Plan, Terraform, TerraformError
from scripts.deployment import NEXT_STEPS, TERRAFORM, Deployment, of_terraform
from scripts.packaging.command import main as package
from scripts.packaging.target import ARCHITECTURES
from scripts.program import run

_EPILOG = """\
examples (each after `python3 -m uv run`):
  scripts/deploy.py                                          in us-east-1, with templates for the texts
  scripts/deploy.py --var region=eu-west-1 --var bedrock_model_id=eu.amazon.nova-pro-v1:0
  scripts/deploy.py --var-file live.tfvars --auto-approve
  scripts/deploy.py --only-checks                            tries what is deployed, changes nothing

exit status: 0 deployed and tried, 1 not deployed or not working (a message says why), 2 arguments that make no sense"""


class DeployError(Exception):
    """What keeps this from going on; the message is a sentence."""


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
        _try_out(_deployed(terraform, arguments))
    except (DeployError, IssuerUnusable, ModelRefused, SmokeJobFailed, TerraformError) as error:
        print(error, file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(in_words(error), file=sys.stderr)
    except ApiError as error:
        print(f"The API refuses the smoke job: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. `terraform apply` goes on where this ended.", file=sys.stderr)
    else:
        return 0
    return 1


def _arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__, epilog=_EPILOG, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="a variable of Terraform's")
    parser.add_argument("--var-file", action="append", default=[], type=Path, metavar="FILE", help="a file of them")
    parser.add_argument("--arch", choices=ARCHITECTURES, default=ARCHITECTURES[0], help="the processors [%(default)s]")
    parser.add_argument("--auto-approve", action="store_true", help="apply without asking")
    parser.add_argument("--skip-packaging", action="store_true", help="deploy the zips that are there")
    parser.add_argument("--only-checks", action="store_true", help="only the smoke job and the model")
    parser.add_argument("--token", help="a JWT for the smoke job; needed with an issuer of yours")
    parser.add_argument("--api-url", help="where the smoke job goes [the output api_url]")
    parser.add_argument("--terraform", type=Path, default=TERRAFORM, help="Terraform's folder [terraform]")
    arguments = parser.parse_args()
    if wrong := [given for given in arguments.var if "=" not in given]:
        parser.error(f"--var wants NAME=VALUE, not {wrong[0]}")
    if missing := [file for file in arguments.var_file if not file.is_file()]:
        parser.error(f"there is no file {missing[0]}")
    return arguments


def _check_credentials() -> None:
    """Before minutes are spent. Raises botocore's errors."""
    identity = Deployment(region="us-east-1").client("sts").get_caller_identity()
    print(f"In the account {identity['Account']}, as {identity['Arn']}.")


def _check_approver(arguments: Namespace) -> None:
    """Before minutes are spent. Raises DeployError."""
    if not arguments.auto_approve and not sys.stdin.isatty():
        raise DeployError("There is nobody to approve the plan: give --auto-approve. Nothing was changed.")


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
                f"{error}\nA migration that failed was rolled back, and the functions that were not changed work as "
                "before. Mend the cause and run this again."
            ) from None


def _check_plan(plan: Plan, arguments: Namespace) -> None:
    """What Terraform itself finds out late, or never. Raises DeployError or IssuerUnusable."""
    region = plan.variables["region"]
    if plan.deployed_region not in (None, region):
        raise DeployError(
            f"What Terraform knows of is in {plan.deployed_region}, this would make another in {region} and forget it. "
            f"Say --var region={plan.deployed_region}, or take a workspace of Terraform's for {region}."
        )
    if issuer := plan.variables["jwt_issuer"]:
        check_issuer(issuer)
        if not arguments.token:
            raise DeployError(f"The smoke job has to sign in: give a token of {issuer} with --token.")


def _approve(arguments: Namespace) -> None:
    if arguments.auto_approve:
        return
    try:
        answer = input("Apply this? Only `yes` is taken for it: ")
    except EOFError:  # Ctrl-D
        answer = ""
        print()
    if answer != "yes":
        raise DeployError("Nothing was changed.")


def _deployed(terraform: Terraform, arguments: Namespace) -> Deployment:
    given = {name: value for name in ("api_url", "token") if (value := getattr(arguments, name))}
    deployed = of_terraform(terraform).model_copy(update=given)
    if not deployed.api_url:
        raise DeployError("Terraform knows of no deployment: run this without --only-checks, or where its state is.")
    return deployed


def _try_out(deployment: Deployment) -> None:
    """Raises what a user of the deployment would run into, in words."""
    console = Console()
    print(f"The API is at {deployment.api_url}.")
    if deployment.token:
        run_smoke_job(AlexApi(*deployment.api()), console)
    elif deployment.user_pool_id:
        with smoke_user(deployment) as token:
            run_smoke_job(AlexApi(*deployment.model_copy(update={"token": token}).api()), console)
    else:
        raise DeployError(f"The smoke job has to sign in: give a token of {deployment.jwt_issuer} with --token.")
    print("The smoke job completed, and what it made is gone again.")
    print(check_model(deployment))
    print(f"`{NEXT_STEPS}` tells how to go on.")


if __name__ == "__main__":
    run(main)
