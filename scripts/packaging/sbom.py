"""The software bill of materials of a zip: CycloneDX 1.6 in JSON, https://cyclonedx.org/docs/1.6/json/.

It has no timestamp and no serial number, so that the same zip has the same bill.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

from scripts.packaging.errors import PackagingError
from scripts.packaging.licenses import check_license, license_of

_NPM_LOCK: Final = "functions/api/web/package-lock.json"

Component = dict[str, Any]


def bill_of_materials(function: str, zip_sha256: str, packages: Path, paths: Iterable[str], root: Path) -> str:
    """Return the document. `packages` is the folder of installed packages, `paths` are the paths in the zip.

    Raises PackagingError for a component whose license is unknown or not allowed.
    """
    components = [*_python(packages)]
    if any(path.startswith("functions/api/web/dist/") for path in paths):
        components += _npm(root / _NPM_LOCK)
    if any(path.startswith("functions/api/docs/") for path in paths):
        components.append(_component("swagger-ui", None, "Apache-2.0", None))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": f"alex-{function}",
                "name": f"alex-{function}",
                "hashes": [{"alg": "SHA-256", "content": zip_sha256}],
            }
        },
        "components": components,
        "dependencies": [{"ref": f"alex-{function}", "dependsOn": [each["bom-ref"] for each in components]}],
    }
    return json.dumps(document, indent=1) + "\n"


def _python(packages: Path) -> Iterator[Component]:
    installed = sorted(distributions(path=[str(packages)]), key=lambda found: found.metadata["Name"].lower())
    for found in installed:
        name = re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower()
        expression = license_of(found.metadata)  # type: ignore[arg-type] # PackageMetadata is an email Message
        yield _component(name, found.version, expression, f"pkg:pypi/{name}@{found.version}")


def _npm(lock: Path) -> Iterator[Component]:
    """Yield the packages in the page's bundle, excluding those for development only."""
    locked = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    for path, package in sorted(locked.items()):
        if not path or package.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        if "license" not in package:
            raise PackagingError(f"{name} (npm) does not declare its license.")
        purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
        yield _component(name, package["version"], package["license"], purl)


def _component(name: str, version: str | None, expression: str, purl: str | None) -> Component:
    check_license(name, expression)
    component: Component = {
        "type": "library",
        "bom-ref": purl or name,
        "name": name,
        "licenses": [{"expression": expression}],
    }
    return component | {key: value for key, value in {"version": version, "purl": purl}.items() if value}
