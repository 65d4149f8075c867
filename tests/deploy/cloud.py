"""An emulated AWS that enforces the policies of roles. Tests deploy to it with Terraform."""

from __future__ import annotations

import io
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.local.data_api_child import CLUSTER_ARN
from scripts.local.emulator import ACCOUNT, NO_SECRET, REGION, Emulator
from scripts.local.functions import zip_of
from scripts.local.postgres import Postgres
from scripts.local.processes import Registry
from scripts.local.temporary import JUST_MADE_S
from scripts.manifest import ROOT, read_manifest
from scripts.packaging.migrations import write_migrations
from tests.deploy.data_api import GuardedDataApi
from tests.deploy.mended import MendedEmulator

PREFIX = "alex-deploy-"
PROCESSES = "processes.json"
API_ID = "a1ec0000"
"""The emulator uses the tag `ms-custom-id` as an API's id."""
ARCH = "arm64"  # Only configured: the emulator runs functions on its own machine


class StrictEmulator(Emulator):
    """Checks every signature, and evaluates every call of a function against the policy of its role."""

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "AUTH": "true"}


@dataclass(frozen=True)
class Cloud:
    folder: Path
    """A separate folder for other files."""
    emulator: StrictEmulator
    mended: MendedEmulator
    data_api: GuardedDataApi
    packages: Path

    @property
    def api_url(self) -> str:
        """URL of the API with the id API_ID. The host name that the emulator returns may not resolve."""
        return f"{self.emulator.url}/_aws/execute-api/{API_ID}/$default"

    def environment(self) -> dict[str, str]:
        """The same variables that the provider reads for AWS."""
        return {
            "AWS_ENDPOINT_URL": self.emulator.url,
            **self.mended.environment(),
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": NO_SECRET,
            "AWS_REGION": REGION,
            "NO_PROXY": "127.0.0.1",
        }

    def endpoints(self) -> dict[str, str]:
        """Variables that point the functions at it."""
        return {"AWS_ENDPOINT_URL": self.emulator.url, "AWS_ENDPOINT_URL_RDS_DATA": self.data_api.url}


@contextmanager
def running_cloud() -> Iterator[Cloud]:
    """Run the cloud in a folder of its own. Removes all its processes and files, including those of killed runs."""
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711)  # PostgreSQL runs as another user when this one is root
    postgres = Postgres(folder, durable=False)
    try:
        with (
            postgres,
            StrictEmulator(folder / "emulator", registry=Registry(folder / PROCESSES)) as emulator,
            MendedEmulator(emulator) as mended,
            GuardedDataApi(postgres, emulator, CLUSTER_ARN) as data_api,
        ):
            yield Cloud(folder, emulator, mended, data_api, write_packages(folder / "packages"))
    finally:
        postgres.erase()
        shutil.rmtree(folder)


def _remove_leftovers() -> None:
    """Remove what killed runs left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        registries = [Registry(folder / PROCESSES), Registry(folder / "postgres.json")]
        for registry in registries:
            registry.end_leftovers()
        if time.time() - folder.stat().st_mtime > JUST_MADE_S and not any(one.entries() for one in registries):
            Postgres(folder).erase()
            shutil.rmtree(folder)


def write_packages(folder: Path) -> Path:
    """Write the functions' zips without packages: functions use those of the emulator's interpreter."""
    (folder / ARCH).mkdir(parents=True)
    for name in read_manifest().functions:
        content = with_migrations(zip_of(name)) if name == "migrator" else zip_of(name)
        (folder / ARCH / f"{name}.zip").write_bytes(content)
    return folder


def with_migrations(package: bytes) -> bytes:
    buffer = io.BytesIO(package)
    write_migrations()
    with zipfile.ZipFile(buffer, "a") as archive:
        for file in sorted((ROOT / "migrations").glob("*.json")):
            archive.writestr(zipfile.ZipInfo(f"migrations/{file.name}"), file.read_bytes())
    return buffer.getvalue()
