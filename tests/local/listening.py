"""Where processes listen."""

from contextlib import suppress

import psutil


def addresses(*processes: psutil.Process) -> list[tuple[str, int]]:
    """The addresses at which the processes listen, without those of processes that end meanwhile."""
    found = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            found += [(each.laddr.ip, each.laddr.port) for each in process.net_connections() if each.status == "LISTEN"]
    return found
