"""An AWS of our own, empty, that enforces the roles' policies: what Terraform deploys to in the tests."""

from __future__ import annotations

import io
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
from scripts.table import ROOT, read_table
from tests.deploy.data_api import GuardedDataApi
from tests.deploy.mended import MendedEmulator

ARCH = "arm64"  # what the functions' configuration says; the emulator runs them on whatever it runs on itself


class StrictEmulator(Emulator):
    """Checks each signature, and every call of a function against its role's policy."""

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "AUTH": "true"}


@dataclass(frozen=True)
class Cloud:
    emulator: StrictEmulator
    mended: MendedEmulator
    data_api: GuardedDataApi
    packages: Path

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
def running_cloud(folder: Path) -> Iterator[Cloud]:
    """In `folder`, which anyone must be able to enter. Nothing runs, and no database is left, afterwards."""
    postgres = Postgres(folder, durable=False)
    try:
        with (
            postgres,
            StrictEmulator(folder / "emulator", registry=Registry(folder / "processes.json")) as emulator,
            MendedEmulator(emulator) as mended,
            GuardedDataApi(postgres, emulator, CLUSTER_ARN) as data_api,
        ):
            yield Cloud(emulator, mended, data_api, write_packages(folder / "packages"))
    finally:
        postgres.erase()


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
