"""The times of a deployment, each from the one place that sets it."""

import re

from functions.api.settings import ApiSettings
from functions.shared.settings import LeaseSettings
from functions.watchdog.settings import WatchdogSettings
from scripts.table import ROOT, Table

#: From a message being due to its consumer's first line: the poll of the queue and a cold start. Assumed, and generous.
DELIVERY_S = 5.0

LEASE_S: float = LeaseSettings.model_fields["lease_s"].default
MARGIN_S: float = WatchdogSettings.model_fields["margin_s"].default
UNDELIVERED_AFTER_S: float = WatchdogSettings.model_fields["undelivered_after_s"].default
WATCHDOG_DELAY_S: float = ApiSettings.model_fields["watchdog_delay_s"].default
DEADLINE_S: float = ApiSettings.model_fields["job_deadline_s"].default

#: A job whose worker was killed is taken up again or failed within so many seconds.
RESCUED_WITHIN_S = 150.0


def visibility_s(table: Table, queue: str) -> float:
    """How long a message that was taken is hidden: Terraform's default."""
    variables = (ROOT / "terraform" / "variables.tf").read_text(encoding="utf-8")
    block = variables.partition('variable "visibility_timeout_factor"')[2]
    factor = re.search(r"default\s*=\s*(\d+)", block)
    assert factor, "the variable has a default"
    return float(factor[1]) * table.functions[table.queues[queue].consumer].timeout_s


def longest_rescue_s() -> float:
    """From the death of a planner to the claim of the next one.

    Its lease was renewed a moment ago; the watchdog, who knew the lease before, looks when the new one has ended (a
    planner that died before its claim: when its message counts as lost); two messages are delivered, the watchdog's
    and the planner's.
    """
    seen_again_s = max(LEASE_S, UNDELIVERED_AFTER_S, WATCHDOG_DELAY_S) + MARGIN_S
    return seen_again_s + 2 * DELIVERY_S


def longest_rescue_with_a_dead_watchdog_s(table: Table) -> float:
    """The same, when the watchdog dies at it: its message is hidden for a while, and delivered once more."""
    return longest_rescue_s() + visibility_s(table, "watchdog") + DELIVERY_S
