"""Amazon SQS standard queues in simulated time. Each behavior names its page of AWS's documentation.

Pages are from the Amazon SQS Developer Guide unless marked as API Reference.
"""

import heapq
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

#: "Amazon SQS visibility timeout": no longer than this after the message was received.
LONGEST_HIDDEN_S = 12 * 3600
#: "How Amazon SQS fair queues work": a tenant is noisy with more than this share of the messages in flight and at least
#: this many of its own, or with more than this share of the recent processing time.
_NOISY_SHARE, _NOISY_IN_FLIGHT = 0.1, 30
#: It is no longer noisy after this long without a message in flight. The page does not define "recent"; the same time
#: is assumed here (?).
_RECENT_S = 300


class SqsError(Exception):
    """An error response, by its code (API Reference)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class StaleReceipts:
    """The effect of an old receipt handle.

    API Reference, "DeleteMessage": the request succeeds, but the message might not be deleted. No page describes
    ChangeMessageVisibility (?), so runs try each possibility: it works, it does nothing, or it is refused.
    """

    delete: bool = False
    change: Literal["works", "nothing", "refused"] = "nothing"


@dataclass
class Message:
    """`trace` is the sender's trace header, `group` its MessageGroupId. Times are in simulated seconds."""

    id: str
    body: str
    group: str
    sent_at: float
    trace: str
    order: int = 0
    visible_at: float = 0
    received_at: float = 0
    receive_count: int = 0
    receipts: list[str] = field(default_factory=list)
    is_in_flight: bool = False


class FairShare:
    """Which tenants are noisy neighbors: "How Amazon SQS fair queues work"."""

    def __init__(self) -> None:
        self.in_flight: Counter[str] = Counter()
        self._since: dict[str, tuple[str, float]] = {}
        self._worked: deque[tuple[str, float, float]] = deque()

    def begin(self, message: Message, now: float) -> None:
        self.in_flight[message.group] += 1
        self._since[message.id] = message.group, now

    def end(self, message: Message, now: float) -> None:
        self.in_flight[message.group] -= 1
        self._worked.append((*self._since.pop(message.id), now))

    def noisy(self, now: float) -> set[str]:
        """Tenants by their share of the messages in flight or of the recent processing time."""
        while self._worked and self._worked[0][2] < now - _RECENT_S:
            self._worked.popleft()
        worked: Counter[str] = Counter()
        for group, start, end in [*self._worked, *((group, since, now) for group, since in self._since.values())]:
            worked[group] += round(1000 * (end - max(start, now - _RECENT_S)))
        total, flying = sum(worked.values()), sum(self.in_flight.values())
        return {
            group
            for group in worked
            if worked[group] > _NOISY_SHARE * total
            or (self.in_flight[group] > _NOISY_SHARE * flying and self.in_flight[group] >= _NOISY_IN_FLIGHT)
        }


class Queue:
    """A standard queue. Without `max_receive_count`, it keeps each message until it is deleted or expires."""

    def __init__(
        self,
        name: str,
        *,
        visibility_timeout_s: float,
        retention_s: float,
        stale: StaleReceipts,
        max_receive_count: int | None = None,
        dead_letters: "Queue | None" = None,
    ) -> None:
        self.name = name
        self.messages: dict[str, Message] = {}
        self.dead_letters = dead_letters
        self._visibility_timeout_s = visibility_timeout_s
        self._retention_s = retention_s
        self._stale = stale
        self._max_receive_count = max_receive_count
        self._numbers = count()
        self._by_receipt: dict[str, Message] = {}
        self._hidden: list[tuple[float, int, Message]] = []
        self._ready: list[tuple[int, Message]] = []
        self._of_noisy: dict[str, list[tuple[int, Message]]] = {}
        self._share = FairShare()

    def send(self, body: str, group: str, now: float, trace: str = "", deliver_at: float | None = None) -> Message:
        """`deliver_at`: when it can first be received."""
        number = next(self._numbers)
        message = Message(f"{self.name}-{number}", body, group or f"alone-{number}", now, trace)
        self._add(message, now if deliver_at is None else deliver_at)
        return message

    def receive(self, now: float) -> Message | None:
        """Return a visible message, now hidden, with a new receipt handle as its last one."""
        self._show(now)
        while (message := self._next(now)) is not None:
            if now >= message.sent_at + self._retention_s:
                self._remove(message, now)
            elif self._max_receive_count is not None and message.receive_count >= self._max_receive_count:
                self.move_to_dead_letters(message, now)
            else:
                self._hand_out(message, now)
                self._hide(message, now + self._visibility_timeout_s)
                return message
        return None

    def receive_again(self, message: Message, now: float) -> None:
        """Another receipt of a message in flight: "Amazon SQS at-least-once delivery"."""
        self._hand_out(message, now)

    def change_visibility(self, receipt: str, seconds: float, now: float) -> None:
        """API Reference, "ChangeMessageVisibility": the new timeout counts from now."""
        message = self._by_receipt.get(receipt)
        if message is None or message.id not in self.messages:
            raise SqsError("InvalidParameterValue")
        if message.receipts[-1] != receipt and self._stale.change != "works":
            if self._stale.change == "refused":
                raise SqsError("ReceiptHandleIsInvalid")
            return
        if not message.is_in_flight or message.visible_at <= now:
            raise SqsError("MessageNotInflight")
        if now + seconds > message.received_at + LONGEST_HIDDEN_S:
            raise SqsError("InvalidParameterValue")
        self._hide(message, now + seconds)

    def delete(self, receipt: str, now: float) -> None:
        message = self._by_receipt.get(receipt)
        if message and message.id in self.messages and (message.receipts[-1] == receipt or self._stale.delete):
            self._remove(message, now)

    def purge(self, now: float) -> int:
        """Lose every message. Returns their number."""
        lost = list(self.messages.values())
        for message in lost:
            self._remove(message, now)
        return len(lost)

    def move_to_dead_letters(self, message: Message, now: float) -> None:
        """Move the message, or lose it if there is no dead-letter queue: "Using dead-letter queues in Amazon SQS".

        A message keeps the time at which it was first sent, and expires by it: "Setting-up dead-letter queue
        retention in Amazon SQS".
        """
        self._remove(message, now)
        if self.dead_letters is not None:
            self.dead_letters.take_over(message, now)

    def take_over(self, message: Message, now: float) -> None:
        message.is_in_flight = False
        self._add(message, now)

    def next_visible_at(self, now: float) -> float | None:
        """When a message can be received: now, or when a hidden one returns. None without messages."""
        self._show(now)
        if any(self._oldest(entries) for entries in [self._ready, *self._of_noisy.values()]):
            return now
        return self._hidden[0][0] if self._hidden else None

    def _add(self, message: Message, visible_at: float) -> None:
        message.order = next(self._numbers)
        self.messages[message.id] = message
        self._hide(message, visible_at)

    def _hand_out(self, message: Message, now: float) -> None:
        if not message.is_in_flight:
            self._share.begin(message, now)
        message.receive_count += 1
        message.received_at, message.is_in_flight = now, True
        message.receipts.append(f"{message.id}-receipt-{message.receive_count}")
        self._by_receipt[message.receipts[-1]] = message

    def _hide(self, message: Message, until: float) -> None:
        message.visible_at = until
        heapq.heappush(self._hidden, (until, next(self._numbers), message))

    def _remove(self, message: Message, now: float) -> None:
        if message.is_in_flight:
            self._share.end(message, now)
        del self.messages[message.id]

    def _show(self, now: float) -> None:
        """Show messages whose timeout is over. An entry is outdated once its message is gone or hidden again."""
        while self._hidden:
            until, _, message = self._hidden[0]
            is_current = self.messages.get(message.id) is message and message.visible_at == until
            if is_current and until > now:
                return
            heapq.heappop(self._hidden)
            if is_current:
                if message.is_in_flight:
                    self._share.end(message, now)
                message.is_in_flight = False
                heapq.heappush(self._ready, (message.order, message))

    def _next(self, now: float) -> Message | None:
        """The oldest message of a quiet tenant, otherwise of the noisy tenant with the fewest messages in flight."""
        noisy = self._share.noisy(now)
        for group in [group for group in self._of_noisy if group not in noisy]:
            for entry in self._of_noisy.pop(group):
                heapq.heappush(self._ready, entry)
        while message := self._oldest(self._ready):
            entry = heapq.heappop(self._ready)
            if message.group not in noisy:
                return message
            heapq.heappush(self._of_noisy.setdefault(message.group, []), entry)
        waiting = {group: entries for group, entries in self._of_noisy.items() if self._oldest(entries)}
        if not waiting:
            return None
        fewest = min(waiting, key=lambda group: (self._share.in_flight[group], waiting[group][0][0]))
        return heapq.heappop(waiting[fewest])[1]

    def _oldest(self, entries: list[tuple[int, Message]]) -> Message | None:
        while entries and self.messages.get(entries[0][1].id) is not entries[0][1]:
            heapq.heappop(entries)
        return entries[0][1] if entries else None
