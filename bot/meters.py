"""Meters: what an operator acts on, counted as it happens; never a word, a name or an address."""

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
KINDS = (
    "account refused",
    "asked to wait",
    "gone",
    "moved",
    "no answer",
    "not sent",
    "rejected",
    "resent once",
    "unreachable",
)
"""What can follow a failed delivery (`bot/outcomes.py`); each is told from the start, with 0."""
MINE = "Of this process: "


class Meters:
    """Counters and latencies of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.turns = Histogram(
            "jianjian_turn_seconds",
            MINE + "from an event's turn to its commit",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.looks = Histogram(
            "jianjian_storage_seconds",
            MINE + "how long the store took for a look and for a write that means nothing",
            ["act"],
            buckets=SECONDS,
            registry=self.registry,
        )
        for act in ("look", "write"):
            self.looks.labels(act)
        self.errors = Counter(
            "jianjian_platform_errors",
            MINE + "deliveries that failed, by channel and what followed",
            ["channel", "reason"],
            registry=self.registry,
        )
        self.sent = Counter(
            "jianjian_messages_sent",
            MINE + "messages delivered",
            ["channel"],
            registry=self.registry,
        )
        self.faults = Counter(
            "jianjian_turn_faults",
            MINE + "events that a fault of ours stopped",
            registry=self.registry,
        )

    def know(self, channel: str) -> None:
        """Tell of a channel before anything has happened on it: a first error is then a growth."""
        self.sent.labels(channel)
        for kind in KINDS:
            self.errors.labels(channel, kind)
