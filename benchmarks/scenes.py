"""What is measured: groups of bots and loads that are compared, and so run in turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.driver import Load, Peer
from benchmarks.talk import INTAKE, REPORT

OURS = Peer(name="ours", module="benchmarks.peers.ours", flow=REPORT)
PEERS = {
    peer.name: peer
    for peer in (
        OURS,
        replace(OURS, name="ours-pg", postgres=True),
        Peer(name="ptb", module="benchmarks.peers.ptb_peer", flow=REPORT),
        Peer(name="aiogram", module="benchmarks.peers.aiogram_peer", flow=REPORT),
        Peer(
            name="aiogram-inside",
            module="benchmarks.peers.aiogram_peer",
            flow=REPORT,
            arguments=("--inside",),
        ),
        Peer(name="raw", module="benchmarks.peers.raw_peer", flow=REPORT),
    )
}
INTAKE_PEER = replace(OURS, name="intake", flow=INTAKE)
SIDE, SCENES, PLANNER, INTAKE_PART = "side", "scenes", "planner", "intake"
FILERS, PACED, REMINDERS, STORED = "filers", "paced", "reminders", "stored"
LOADS = ((0.0, 64), (0.05, 64), (0.0, 256), (0.05, 256))  # (platform's delay in s, users)
STORES = (1_000, 100_000, 1_000_000)
SMALL_STORES = STORES[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One bot under one load."""

    name: str
    peer: Peer
    load: Load
    stored: int = 0  # reports that lie in the store before


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cases that are run in turn in every round: A B C, A B C."""

    part: str
    name: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Seconds before and of a measurement; None = what suits the load."""

    warm_up: float | None = None
    seconds: float | None = None

    def of(self, load: Load) -> Load:
        """The load with these windows."""
        return replace(
            load,
            warm_up=load.warm_up if self.warm_up is None else self.warm_up,
            seconds=load.seconds if self.seconds is None else self.seconds,
        )


def side_name(delay: float, users: int) -> str:
    """How the group of one load side by side is called."""
    return f"{delay * 1000:.0f} ms, {users} users"


def side(loads: Sequence[tuple[float, int]] = LOADS) -> Iterator[Group]:
    """Every bot beside the others."""
    for delay, users in loads:
        load = Load(users=users, api_delay=delay, warm_up=2, seconds=5)
        cases = tuple(Case(name=name, peer=peer, load=load) for name, peer in PEERS.items())
        yield Group(part=SIDE, name=side_name(delay, users), cases=cases)


def scenes(stores: Sequence[int] = STORES) -> Iterator[Group]:
    """Ours alone: few and many filers, a paced day, reminders in the way, a full store."""
    filers = tuple(
        Case(name=str(n), peer=OURS, load=Load(users=n, warm_up=3, seconds=6))
        for n in (1, 32, 1000)
    )
    yield Group(part=SCENES, name=FILERS, cases=filers)
    paced = Load(users=256, warm_up=3, seconds=10, rate=200)
    yield Group(part=SCENES, name=PACED, cases=(Case(name="200", peer=OURS, load=paced),))
    waiting = replace(OURS, arguments=("--per-second", "28", "--reminders", "1000"))
    slow = Load(users=4, warm_up=1, seconds=15, rate=4)
    yield Group(part=SCENES, name=REMINDERS, cases=(Case(name="1000", peer=waiting, load=slow),))
    load = Load(users=64, warm_up=2, seconds=6)
    filed = tuple(Case(name=str(n), peer=OURS, load=load, stored=n) for n in stores)
    yield Group(part=SCENES, name=STORED, cases=filed)


def intake() -> Group:
    """The product's own twelve updates, with nothing beside it."""
    load = Load(users=64, warm_up=2, seconds=6)
    return Group(
        part=INTAKE_PART, name="intake", cases=(Case(name="intake", peer=INTAKE_PEER, load=load),)
    )


def chosen(groups: Sequence[Group], words: Sequence[str]) -> list[Group]:
    """The groups that a word names (part, words of the name), or of them the bots that it names.

    No words: everything but `intake`. Bots are named as in `PEERS`, and stand side by side.
    """
    bots = [word for word in words if word in PEERS]
    others = [word for word in words if word not in PEERS]
    found = []
    for group in groups:
        if not words:
            cases = () if group.part == INTAKE_PART else group.cases
        elif any(_named(group, word) for word in others):
            cases = group.cases
        else:
            cases = ()
        if bots and group.part == SIDE and (cases or not _side_named(groups, others)):
            cases = tuple(case for case in group.cases if case.name in bots)
        if cases:
            found.append(replace(group, cases=cases))
    return found


def _side_named(groups: Sequence[Group], words: Sequence[str]) -> bool:
    """Whether words pick some of the loads side by side."""
    return any(_named(group, word) for group in groups if group.part == SIDE for word in words)


def known(groups: Sequence[Group], word: str) -> bool:
    """Whether a word names anything."""
    return word in (*PEERS, PLANNER) or any(_named(group, word) for group in groups)


def _named(group: Group, word: str) -> bool:
    return word == group.part or group.name.startswith(word) or group.name.endswith(word)
