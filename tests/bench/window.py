#!/usr/bin/env python3
"""Benchmark of what the window costs before anything is done in it, against an empty window.

The empty window (`src-tauri/examples/empty`) has the same Tauri and the same web view, and one static page.
In turn with Musher on an empty data directory: the time from the start of the process to the first
contentful paint, and the memory of all its processes once it no longer changes. Then the CPU time that
Musher uses while a story with a silent agent is on screen, after its first minute, and nothing is typed.

`cargo xtask bench window` starts it, on a display and a session bus of its own.
"""

import os
import pathlib
import statistics
import sys
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import repository  # noqa: E402
from desk import Desk  # noqa: E402
from driver import until  # noqa: E402
from keys import ENTER  # noqa: E402
from programs import target_directory  # noqa: E402

#: How often each window is opened.
ROUNDS = 7

#: The goals: how much longer, how much more memory than the empty window, and percent of a core.
GOAL_PAINT, GOAL_MEMORY, GOAL_CPU = 1.5, 1.25, 1.0

#: For how long the CPU time is counted, in seconds.
IDLE = 30

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")

PAINTED = """
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    return paint ? performance.timeOrigin + paint.startTime : null;
"""


class Processes:
    """A program's process and those it started."""

    def __init__(self, program):
        self.main = until(f"{program} to run", lambda: running(program))

    def all(self):
        """The process identifiers, without those that have ended."""
        parents = {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            fields = read(stat).rpartition(") ")[2].split()
            if fields:
                parents[int(stat.parts[2])] = int(fields[1])
        found, unseen = [], [self.main]
        while unseen:
            process = unseen.pop()
            found.append(process)
            unseen.extend(child for child, parent in parents.items() if parent == process)
        return found

    def started(self):
        """When the program was started, in milliseconds of the wall clock."""
        ticks = int(self.fields(self.main)[19])
        since = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / TICKS_A_SECOND
        return (time.time() - since) * 1000

    def memory(self):
        """The resident bytes, of which a page that several processes share counts in parts."""
        sizes = [read(pathlib.Path(f"/proc/{process}/smaps_rollup")) for process in self.all()]
        lines = [line for size in sizes for line in size.splitlines() if line.startswith("Pss:")]
        return sum(int(line.split()[1]) for line in lines) * 1024

    def cpu_seconds(self):
        used = [self.fields(process)[11:13] for process in self.all()]
        return sum(int(ticks) for both in used for ticks in both) / TICKS_A_SECOND

    @staticmethod
    def fields(process):
        """The fields of `/proc/PID/stat` after the name."""
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()


def read(path):
    """The text of a file of `/proc`; nothing if its process has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""


def running(program):
    """The process of this program."""
    for link in pathlib.Path("/proc").glob("[0-9]*/exe"):
        try:
            if link.readlink() == program:
                return int(link.parts[2])
        except OSError:
            continue  # It ended, or belongs to somebody else.
    return None


def settled(look):
    """The value once it has changed by less than 1 % in three seconds."""
    seen = []

    def look_again():
        time.sleep(1)
        seen.append(look())
        last = seen[-4:]
        return len(last) == 4 and max(last) <= 1.01 * min(last)
    until("the memory to stay the same", look_again, 60)
    return seen[-1]


def open_once(folder, programs, program):
    """Opens the program's window. Returns the milliseconds to its first paint, and its memory."""
    folder.mkdir()
    with Desk(folder, programs) as desk:
        page = desk.driver.open(program, [])
        processes = Processes(program)
        painted = until("the first paint", lambda: page.js(PAINTED))
        measured = painted - processes.started(), settled(processes.memory)
        page.close()
    return measured


def idle(folder, programs):
    """The percent of a core that is used while a silent story is on screen."""
    folder.mkdir()
    with Desk(folder, programs) as desk:
        page = desk.open_window()
        page.see("No stories yet")
        project = repository.make(desk.folder / "project", desk.env)
        request = {"do": "start", "id": str(uuid.uuid4()), "agent": "demo", "dir": str(project),
                   "title": "Silent", "prompt": f"[[demo:sleep seconds={IDLE * 10}]]"}
        answer = page.invoke("ask", {"request": request})
        assert answer.get("value", {}).get("reply") == "started", answer
        page.see("Silent")
        shown = time.time()
        page.key("j", ENTER)
        page.see("sleep")
        processes = Processes(programs / "musher")
        # In its first minute a story counts seconds.
        until("the first minute to be over", lambda: time.time() - shown > 75, 100)
        before, began = processes.cpu_seconds(), time.monotonic()
        time.sleep(IDLE)
        used = (processes.cpu_seconds() - before) / (time.monotonic() - began)
        page.close()
    return used * 100


def main():
    programs = target_directory() / "release"
    windows = {"empty": programs / "examples" / "empty", "musher": programs / "musher"}
    found = {name: [] for name in windows}
    with tempfile.TemporaryDirectory(prefix="musher-window-") as folder:
        for number in range(ROUNDS):
            for name, program in windows.items():
                found[name].append(open_once(pathlib.Path(folder) / f"{name}-{number}", programs, program))
        used = idle(pathlib.Path(folder) / "idle", programs)
    medians = {name: [statistics.median(of) for of in zip(*found[name])] for name in windows}
    for name, (paint, memory) in medians.items():
        print(f"{name:>6}: first contentful paint after {paint:.0f} ms, {memory / 1e6:.0f} MB in all processes")
    goals = (("first paint", GOAL_PAINT), ("idle memory", GOAL_MEMORY))
    for (what, goal), empty, ours in zip(goals, medians["empty"], medians["musher"]):
        print(f"{what}: {ours / empty:.2f} of an empty window (goal at most {goal})")
        # Read by `cargo xtask bench --against`.
        print(f"figure less {ours / empty:.3f} {what} to an empty window")
    print(f"{used:.2f} % of a core with one silent story on screen (goal at most {GOAL_CPU})")
    print(f"figure less {used:.3f} percent of a core with a silent story on screen")
    return 0


if __name__ == "__main__":
    sys.exit(main())
