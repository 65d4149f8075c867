"""The emulator's process. Unlike `python -m ministack`, it also saves its user pools while it runs, on SAVE_USERS."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Final

SAVE_USERS: Final = signal.SIGUSR1
SAVED: Final = "cognito"
"""The name of the saved state, which is also that of the emulator's own at its end."""


def _save_users(_number: int, _frame: FrameType | None) -> None:
    from ministack.core.persistence import save_state  # noqa: PLC0415 -- reads the environment
    from ministack.services.cognito import get_state  # noqa: PLC0415

    save_state(SAVED, get_state())


if __name__ == "__main__":
    from ministack.app import main

    signal.signal(SAVE_USERS, _save_users)
    main()
