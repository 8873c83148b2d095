"""What was spent: CPU of a process and of those under it, memory, the rest of the machine."""

import os
import socket
import time
from pathlib import Path

BOT_CORE, DRIVER_CORE = 0, 1
TICK = os.sysconf("SC_CLK_TCK")


def burnt(pid: int, engine: int = 0) -> list[float]:
    """Seconds of CPU so far: of the bot with its database server, the driver, the machine."""
    machine = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    busy = sum(machine[:3]) + sum(machine[5:8])
    spent = sum(_numbers(pid)[:2]) + (_family(engine) if engine else 0)
    return [spent / TICK, time.process_time(), busy / TICK]


def rss(pid: int) -> float:
    """The memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def parent(pid: int) -> int:
    """Who started a process; 0 where it is not on this machine."""
    try:
        return int(_stat(pid)[1])
    except OSError:
        return 0


def free_port() -> int:
    """A port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> int:
    """Ticks of a process, of the children that it has buried and of those that live."""
    total = sum(_numbers(pid))
    for one in Path("/proc").iterdir():
        if one.name.isdigit() and parent(int(one.name)) == pid:
            total += sum(_numbers(int(one.name))[:2])
    return total


def _numbers(pid: int) -> list[int]:
    """User, system, and the same of buried children, in ticks."""
    try:
        return [int(one) for one in _stat(pid)[11:15]]
    except OSError:
        return [0, 0, 0, 0]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
