"""Meters: what an operator acts on, counted as it happens; never a word, a name or an address."""

from prometheus_client import CollectorRegistry, Counter, Histogram

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Meters:
    """Counters and latencies of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Histogram(
            "jianjian_turn_seconds",
            "From an event's turn to its commit",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.looks = Histogram(
            "jianjian_storage_seconds",
            "A look into the store, as the health check does it",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.errors = Counter(
            "jianjian_platform_errors",
            "Deliveries that failed, by channel and what followed",
            ["channel", "reason"],
            registry=self.registry,
        )
        self.sent = Counter(
            "jianjian_messages_sent", "Messages delivered", ["channel"], registry=self.registry
        )
        self.faults = Counter(
            "jianjian_turn_faults", "Events that a fault of ours stopped", registry=self.registry
        )
