"""The queues of the table in memory, with what counts about SQS: delays, visibility, deliveries, dead letters."""

from dataclasses import dataclass, field
from itertools import count

from functions.shared.queues import MAX_DELAY_S
from scripts.simulation.production import DELIVERY_S, visibility_s
from scripts.table import Table


@dataclass
class Message:
    body: str
    visible_at: float
    receipt: str
    deliveries: int = 0


@dataclass
class Queue:
    """`visibility_s`: how long a message that was taken is hidden."""

    name: str
    consumer: str
    visibility_s: float
    max_deliveries: int
    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)

    def take(self, now: float) -> Message | None:
        """A message that is due, hidden from now on. One that was delivered too often is a dead letter instead."""
        for message in sorted(self.messages, key=lambda message: message.visible_at):
            if message.visible_at > now:
                return None
            if message.deliveries < self.max_deliveries:
                message.deliveries += 1
                message.visible_at = now + self.visibility_s
                return message
            self.messages.remove(message)
            self.dead.append(message)
        return None


class Queues:
    """All queues of a table."""

    def __init__(self, table: Table) -> None:
        self.by_name = {
            queue.name: Queue(queue.name, queue.consumer, visibility_s(table, queue.name), queue.max_receive_count)
            for queue in table.queues.values()
        }
        self._receipts = count()

    def send(self, name: str, body: str, now: float, delay_s: float = 0) -> None:
        assert 0 <= delay_s <= MAX_DELAY_S, "SQS refuses that"
        message = Message(body, now + delay_s + DELIVERY_S, str(next(self._receipts)))
        self.by_name[name].messages.append(message)

    def hide(self, name: str, receipt: str, until: float) -> None:
        for message in self.by_name[name].messages:
            if message.receipt == receipt:
                message.visible_at = until

    def next_due(self) -> tuple[float, Queue] | None:
        """When something is to be delivered next, and from where."""
        due = [(message.visible_at, queue.name) for queue in self.by_name.values() for message in queue.messages]
        if not due:
            return None
        at, name = min(due)
        return at, self.by_name[name]

    @property
    def dead_letters(self) -> list[str]:
        return [message.body for queue in self.by_name.values() for message in queue.dead]
