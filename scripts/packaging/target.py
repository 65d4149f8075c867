"""The platform that a zip is built for: a processor architecture and a Python version."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from typing import Final, Self

RUNTIME_PYTHON: Final = "3.13"
"""The Python of the Lambda runtime `python3.13`."""
ARCHITECTURES: Final = ("arm64", "x86_64")
"""AWS's names. The first is the default for deployments."""


@dataclass(frozen=True)
class Target:
    arch: str = ARCHITECTURES[0]
    python: str = RUNTIME_PYTHON
    """Major and minor version. Differs from the runtime's only to run a zip on this machine."""

    @classmethod
    def this_machine(cls) -> Self:
        """Return the target for running functions with this process's interpreter, as the local emulator does."""
        arch = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
        return cls(arch, f"{sys.version_info.major}.{sys.version_info.minor}")

    @property
    def wheel_platform(self) -> str:
        """uv's name for the platform. Amazon Linux 2023 has glibc 2.34; few wheels require more than 2.28, which runs
        there too.
        """
        return f"{'aarch64' if self.arch == 'arm64' else self.arch}-manylinux_2_28"

    @property
    def image(self) -> str:
        """AWS's image of the runtime."""
        return f"public.ecr.aws/lambda/python:{self.python}-{self.arch}"

    @property
    def docker_platform(self) -> str:
        return "linux/arm64" if self.arch == "arm64" else "linux/amd64"
