"""When a zip is rebuilt, and which errors prevent it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from scripts.manifest import Function
from scripts.packaging.build import Builder
from scripts.packaging.errors import PackagingError
from scripts.packaging.licenses import check_license
from scripts.packaging.target import Target
from scripts.packaging.toolchains import Wheels

FILES = {
    "functions/__init__.py": "",
    "functions/shared/__init__.py": "",
    "functions/shared/money.py": "CENT = 1",
    "functions/api/handler.py": "from functions.shared.money import CENT",
    "functions/api/sample.csv": "account,symbol",
    "functions/api/requirements.txt": "pydantic==2",
    "functions/migrator/handler.py": "",
    "functions/migrator/requirements.txt": "pydantic==2",
    "migrations/001_first.sql": "SELECT 1",
}
API = Function(name="api", description="Serves requests.", trigger="http", memory_mb=128, timeout_s=1)
MIGRATOR = API.model_copy(update={"name": "migrator", "brings": ("migrations/*.sql",)})


class Tools:
    """Installs one made-up package, compiles nothing, and records its calls."""

    description = "by hand"

    def __init__(self, fingerprint: str = "1") -> None:
        self.fingerprint = fingerprint
        self.installed = 0
        self.breaks = False
        self.metadata = "Metadata-Version: 2.4\nName: pydantic\nVersion: 2\nLicense-Expression: MIT\n"

    def install(self, requirements: Path, folder: Path) -> None:
        self.installed += 1
        for path in (
            "pydantic/__init__.py",
            "pydantic/main.pyi",
            "pydantic/mypy.py",
            "numpy/f2py/x.py",
            "numpy/_core/_simd.cpython-313-aarch64-linux-gnu.so",
            "pydantic/tests/x.py",
            "bin/tool",
            "pydantic-2.dist-info/RECORD",
        ):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text("x = 1")
        (folder / "pydantic-2.dist-info" / "METADATA").write_text(self.metadata)

    def compile(self, folder: Path) -> None:
        if self.breaks:
            raise PackagingError("out of memory")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    return tmp_path


@pytest.fixture
def tools() -> Tools:
    return Tools()


@pytest.fixture
def builder(root: Path, tools: Tools) -> Builder:
    return a_builder(root, tools)


def a_builder(root: Path, tools: Tools | Wheels) -> Builder:
    return Builder(Target(), tools, output=root / "zips", dependencies=root / "packages", root=root)


def names(zip_file: Path) -> list[str]:
    return zipfile.ZipFile(zip_file).namelist()


def test_zip_contains_own_code_shared_code_and_packages(builder: Builder) -> None:
    assert names(builder.build(API).zip_file) == [
        "functions/__init__.py",
        "functions/api/handler.py",
        "functions/api/sample.csv",
        "functions/shared/__init__.py",
        "functions/shared/money.py",
        "pydantic-2.dist-info/METADATA",
        "pydantic/__init__.py",
    ]


def test_zip_contains_extra_files_of_function(builder: Builder) -> None:
    assert "migrations/001_first.sql" in names(builder.build(MIGRATOR).zip_file)


def test_zip_contains_no_caches_and_no_hidden_files(root: Path, builder: Builder) -> None:
    for path in ("functions/api/__pycache__/handler.cpython-311.pyc", "functions/api/.handler.py.swp"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).touch()

    content = names(builder.build(API).zip_file)

    assert not [path for path in content if "__pycache__" in path or ".swp" in path]


def test_files_in_zip_are_readable_by_everyone(root: Path, builder: Builder) -> None:
    (root / "functions/api/handler.py").chmod(0o600)

    entries = zipfile.ZipFile(builder.build(API).zip_file).infolist()

    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_unchanged_function_is_not_rebuilt(root: Path, builder: Builder) -> None:
    first = builder.build(API)
    (root / "functions/api/handler.py").touch()

    second = a_builder(root, Tools()).build(API)

    assert first.is_new
    assert not second.is_new
    assert second.record == first.record


def test_functions_with_same_packages_share_one_installation(builder: Builder, tools: Tools) -> None:
    builder.build(API)
    builder.build(MIGRATOR)

    assert tools.installed == 1


@pytest.mark.parametrize(
    ("touched", "built"),
    [
        ("functions/api/handler.py", {"api"}),
        ("functions/api/sample.csv", {"api"}),
        ("functions/api/requirements.txt", {"api"}),
        ("functions/migrator/handler.py", {"migrator"}),
        ("migrations/001_first.sql", {"migrator"}),
        ("migrations/002_second.sql", {"migrator"}),
        ("functions/shared/money.py", {"api", "migrator"}),
        ("functions/functions.yaml", set()),
    ],
)
def test_changed_file_rebuilds_only_functions_that_contain_it(
    root: Path, builder: Builder, touched: str, built: set[str]
) -> None:
    for function in (API, MIGRATOR):
        builder.build(function)

    with (root / touched).open("a") as file:
        file.write("\n# changed")

    assert {function.name for function in (API, MIGRATOR) if builder.build(function).is_new} == built


def test_deleted_file_is_not_in_next_zip(root: Path, builder: Builder) -> None:
    builder.build(API)

    (root / "functions/api/sample.csv").unlink()

    assert "functions/api/sample.csv" not in names(builder.build(API).zip_file)


def test_other_tools_cause_rebuild(root: Path, builder: Builder) -> None:
    builder.build(API)

    assert a_builder(root, Tools(fingerprint="2")).build(API).is_new


def test_another_target_causes_rebuild(root: Path, builder: Builder) -> None:
    builder.build(API)

    other = Builder(Target("x86_64"), Tools(), output=root / "zips", dependencies=root / "packages", root=root)

    assert other.build(API).is_new


@pytest.mark.parametrize("file", ["api.zip", "api.json"])
@pytest.mark.parametrize("damage", [b"", None])
def test_damaged_or_missing_zip_is_rebuilt(root: Path, builder: Builder, file: str, damage: bytes | None) -> None:
    first = builder.build(API)
    if damage is None:
        (root / "zips" / file).unlink()
    else:
        (root / "zips" / file).write_bytes(damage)

    second = builder.build(API)

    assert second.is_new
    assert second.record == first.record


def test_zip_over_its_limit_is_an_error_and_replaces_nothing(
    root: Path, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = builder.build(API).zip_file.read_bytes()
    (root / "functions/api/handler.py").write_text("changed = True")
    monkeypatch.setattr("scripts.packaging.build.MB", 100)

    with pytest.raises(PackagingError, match=r"api: its zip has .* MB, over its limit of 8 MB"):
        builder.build(API)

    assert (root / "zips/api.zip").read_bytes() == before


def test_lowered_limit_applies_to_existing_zip(builder: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    builder.build(API)
    monkeypatch.setattr("scripts.packaging.build.MB", 100)

    with pytest.raises(PackagingError, match="over its limit"):
        builder.build(API)


def test_interrupted_build_leaves_no_files(root: Path, builder: Builder, tools: Tools) -> None:
    tools.breaks = True
    with pytest.raises(PackagingError, match="out of memory"):
        builder.build(API)
    tools.breaks = False

    assert not (root / "zips").exists() or not list((root / "zips").iterdir())
    assert not list((root / "packages").iterdir())
    assert builder.build(API).is_new


def test_compile_error_names_file(root: Path) -> None:
    builder = a_builder(root, Wheels(Target.this_machine()))
    for file in root.glob("functions/*/requirements.txt"):
        file.write_text("")
    (root / "functions/api/handler.py").write_text("def handler(:")

    with pytest.raises(PackagingError, match=r"functions/api/handler\.py"):
        builder.build(API)


@pytest.mark.parametrize(
    ("missing", "complaint"),
    [
        ("functions/migrator/handler.py", r"migrator has no handler\.py"),
        ("functions/migrator/requirements.txt", r"has no requirements\.txt: make it with --lock"),
        ("migrations/001_first.sql", r"adds migrations/\*\.sql to migrator, .* no such file"),
    ],
)
def test_error_names_missing_file(root: Path, builder: Builder, missing: str, complaint: str) -> None:
    (root / missing).unlink()

    with pytest.raises(PackagingError, match=complaint):
        builder.build(MIGRATOR)


def test_zip_comes_with_a_bill_of_materials(builder: Builder) -> None:
    built = builder.build(API)

    bill = json.loads(built.zip_file.with_suffix(".cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": built.record.sha256}]
    assert [(one["purl"], one["licenses"]) for one in bill["components"]] == [
        ("pkg:pypi/pydantic@2", [{"expression": "MIT"}])
    ]


def test_zip_without_bill_of_materials_is_rebuilt(builder: Builder) -> None:
    builder.build(API).zip_file.with_suffix(".cdx.json").unlink()

    assert builder.build(API).is_new


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ("License-Expression: GPL-3.0-or-later\n", r"pydantic is under GPL-3\.0-or-later"),
        ("License-Expression: MIT AND AGPL-3.0-only\n", "pydantic is under MIT AND AGPL"),
        ("Classifier: License :: OSI Approved :: GNU Affero General Public License v3\n", "does not declare"),
        ("", "does not declare its license"),
    ],
)
def test_package_with_unapproved_license_is_rejected(builder: Builder, tools: Tools, declared: str, why: str) -> None:
    tools.metadata = f"Metadata-Version: 2.4\nName: pydantic\nVersion: 2\n{declared}"

    with pytest.raises(PackagingError, match=why):
        builder.build(API)

    assert not list(builder.output.glob("*.zip"))


@pytest.mark.parametrize(
    "expression",
    ["MIT", "(MPL-2.0 OR Apache-2.0)", "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", "GPL-2.0-only OR MIT"],
)
def test_one_allowed_alternative_is_enough(expression: str) -> None:
    check_license("package", expression)


def test_nested_alternatives_are_refused() -> None:
    with pytest.raises(PackagingError):
        check_license("package", "MIT AND (GPL-3.0-only OR MIT)")
