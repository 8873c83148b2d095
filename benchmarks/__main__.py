"""Measure the bots side by side: `python -m benchmarks [parts]`."""

import argparse
import asyncio
import os
from dataclasses import fields
from statistics import median

from benchmarks import scenes
from benchmarks.driver import DRIVER_CORE, Load, Peer, Sample, measure
from benchmarks.talk import INTAKE, REPORT

OURS = "benchmarks.peers.ours"
PEERS = {
    "ours": Peer(name="ours", module=OURS, flow=REPORT),
    "ptb": Peer(name="ptb", module="benchmarks.peers.ptb_peer", flow=REPORT),
    "aiogram": Peer(name="aiogram", module="benchmarks.peers.aiogram_peer", flow=REPORT),
    "raw": Peer(name="raw", module="benchmarks.peers.raw_peer", flow=REPORT),
    "intake": Peer(name="intake", module=OURS, flow=INTAKE),
}
BARS = {"ptb": 3.0, "aiogram": 2.0}
SIDE_BY_SIDE = ("ours", "ptb", "aiogram", "raw")
SCENES = "scenes"
COLUMNS = (
    ("updates/s", "updates_per_s", "{:.0f}"),
    ("reports/s", "reports_per_s", "{:.1f}"),
    ("CPU µs/update", "cpu_us", "{:.0f}"),
    ("taken p50 ms", "taken50", "{:.1f}"),
    ("taken p99 ms", "taken99", "{:.1f}"),
    ("answered p50 ms", "p50", "{:.1f}"),
    ("answered p99 ms", "p99", "{:.1f}"),
    ("RSS MB", "rss", "{:.0f}"),
    ("calls/update", "calls_per_update", "{:.2f}"),
    ("bot %", "bot_share", "{:.0f}"),
    ("driver %", "driver_share", "{:.0f}"),
    ("foreign %", "foreign_share", "{:.0f}"),
    ("refused", "refused", "{:.0f}"),
)


async def rounds(peers: list[Peer], load: Load, times: int) -> dict[str, list[Sample]]:
    """Every bot in turn, again and again, so that all see the same neighbours."""
    samples: dict[str, list[Sample]] = {peer.name: [] for peer in peers}
    for number in range(times):
        for peer in peers:
            sample = await measure(peer, load)
            samples[peer.name].append(sample)
            print(
                f"round {number + 1} {peer.name}: {sample.updates_per_s:.0f} updates/s", flush=True
            )
    return samples


def middle(samples: list[Sample]) -> Sample:
    """The median of every measure by itself."""
    return Sample(
        **{one.name: median(getattr(s, one.name) for s in samples) for one in fields(Sample)}
    )


def table(samples: dict[str, list[Sample]]) -> str:
    """The medians, one bot a line."""
    lines = [["bot", *(title for title, _, _ in COLUMNS)]]
    for name, runs in samples.items():
        sample = middle(runs)
        lines.append([name, *(form.format(getattr(sample, key)) for _, key, form in COLUMNS)])
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def verdicts(samples: dict[str, list[Sample]]) -> list[str]:
    """How ours stands against each bar, in updates/s and, less disturbed, in CPU per update."""
    lines = []
    for name, bar in BARS.items():
        if "ours" in samples and name in samples:
            ours, peer = middle(samples["ours"]), middle(samples[name])
            rate, cpu = ours.updates_per_s / peer.updates_per_s, peer.cpu_us / ours.cpu_us
            held = "held" if rate >= bar else "MISSED"
            lines.append(f"ours : {name} = {rate:.2f} (CPU {cpu:.2f}), bar {bar}: {held}")
    return lines


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="|".join([*PEERS, SCENES]), help="default: side by side"
    )
    parser.add_argument("--users", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--warm-up", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--api-delay-ms", type=float, default=0.0)
    arguments = parser.parse_args()
    if arguments.parts[:1] == [SCENES]:
        os.sched_setaffinity(0, {DRIVER_CORE})
        scenes.main(arguments.parts[1:], arguments.rounds)
        return
    unknown = [name for name in arguments.parts if name not in PEERS]
    if unknown:
        parser.error(f"{unknown[0]} is no part; there are {', '.join(PEERS)}")
    if (os.cpu_count() or 1) < 2:
        raise SystemExit("Two cores are needed: one for the bot, one for the driver.")
    os.sched_setaffinity(0, {DRIVER_CORE})
    load = Load(
        users=arguments.users,
        warm_up=arguments.warm_up,
        seconds=arguments.seconds,
        api_delay=arguments.api_delay_ms / 1000,
    )
    peers = [PEERS[name] for name in arguments.parts or SIDE_BY_SIDE]
    samples = asyncio.run(rounds(peers, load, arguments.rounds))
    print(table(samples), *verdicts(samples), sep="\n")


if __name__ == "__main__":
    main()
