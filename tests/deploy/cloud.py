"""An AWS of our own, empty, that enforces the roles' policies: what Terraform deploys to in the tests."""

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
from scripts.table import ROOT, read_table
from tests.deploy.data_api import GuardedDataApi
from tests.deploy.mended import MendedEmulator

PREFIX = "alex-deploy-"
PROCESSES = "processes.json"
API_ID = "a1ec0000"
"""The emulator gives it to an API with the tag `ms-custom-id`."""
ARCH = "arm64"  # what the functions' configuration says; the emulator runs them on whatever it runs on itself


class StrictEmulator(Emulator):
    """Checks each signature, and every call of a function against its role's policy."""

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "AUTH": "true"}


@dataclass(frozen=True)
class Cloud:
    folder: Path
    """Of its own, for whatever has to lie somewhere."""
    emulator: StrictEmulator
    mended: MendedEmulator
    data_api: GuardedDataApi
    packages: Path

    @property
    def api_url(self) -> str:
        """Of the API with the id API_ID; the address that the emulator tells need not resolve."""
        return f"{self.emulator.url}/_aws/execute-api/{API_ID}/$default"

    def environment(self) -> dict[str, str]:
        """How Terraform reaches it: with the variables that the provider takes from anybody."""
        return {
            "AWS_ENDPOINT_URL": self.emulator.url,
            **self.mended.environment(),
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": NO_SECRET,
            "AWS_REGION": REGION,
            "NO_PROXY": "127.0.0.1",
        }

    def endpoints(self) -> dict[str, str]:
        """How the functions reach it."""
        return {"AWS_ENDPOINT_URL": self.emulator.url, "AWS_ENDPOINT_URL_RDS_DATA": self.data_api.url}


@contextmanager
def running_cloud() -> Iterator[Cloud]:
    """In a folder of its own. Nothing runs, and no file is left, afterwards; nor of earlier ones that were killed."""
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
    """Of runs whose process was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        registries = [Registry(folder / PROCESSES), Registry(folder / "postgres.json")]
        for registry in registries:
            registry.end_leftovers()
        if time.time() - folder.stat().st_mtime > JUST_MADE_S and not any(one.entries() for one in registries):
            Postgres(folder).erase()
            shutil.rmtree(folder)


def write_packages(folder: Path) -> Path:
    """The functions' zips without packages, which are those of the interpreter that runs the emulator."""
    (folder / ARCH).mkdir(parents=True)
    for name in read_table().functions:
        content = with_migrations(zip_of(name)) if name == "migrator" else zip_of(name)
        (folder / ARCH / f"{name}.zip").write_bytes(content)
    return folder


def with_migrations(package: bytes) -> bytes:
    buffer = io.BytesIO(package)
    with zipfile.ZipFile(buffer, "a") as archive:
        for file in sorted((ROOT / "migrations").glob("*.sql")):
            archive.writestr(zipfile.ZipInfo(f"migrations/{file.name}"), file.read_bytes())
    return buffer.getvalue()
