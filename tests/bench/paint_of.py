#!/usr/bin/env python3
"""Runs the window's benchmark of a tree for a given time: `paint_of.py PAINT SECONDS`.

PAINT is the `tests/bench/paint.py` of that tree. It may be of another revision: it drives the programs
that were built of its own tree, in its own way. SECONDS replaces the time for which it watches each rate.
The figures are made here, the same for both trees: how long an event takes to its pixels at each rate, how
much longer that is at the fast rate, and the CPU seconds of the program and of the page per 100,000 lines.

`cargo xtask bench --against` starts it for both trees, many times.
"""

import contextlib
import importlib.util
import io
import os
import pathlib
import sys

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(desk):
    """The CPU seconds that the window's program and its page have used so far."""
    window = desk.owner()["pid"]
    program = page = 0.0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue  # The process ended meanwhile.
        name = text[text.index("(") + 1:text.rindex(")")]
        fields = text[text.rindex(")") + 2:].split()
        used = (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
        if int(stat.parts[2]) == window:
            program = used
        elif name.startswith("WebKitWebProc") and int(fields[1]) == window:
            page += used
    return program, page


class Watched:
    """The benchmark of a tree, whose rates and CPU seconds are recorded."""

    def __init__(self, paint, seconds):
        self.paint = paint
        self.rates = {}
        self.used = {}
        self.measure = paint.measure
        paint.SECONDS = seconds
        paint.measure = self.measured

    def measured(self, desk, page, rate, seconds):
        before = cpu_seconds(desk)
        found = self.rates[rate] = self.measure(desk, page, rate, seconds)
        lines = rate * seconds / 100_000
        self.used[rate] = [(now - then) / lines for then, now in zip(before, cpu_seconds(desk))]
        return found

    def run(self):
        """Runs the benchmark; what it prints for people passes through, its figures are replaced."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            failed = self.paint.main()
        for line in printed.getvalue().splitlines():
            if not line.startswith("figure "):
                print(line)
        return failed

    def figures(self):
        slow, fast = self.paint.SLOW, self.paint.FAST
        program, page = self.used[fast]
        for rate in (slow, fast):
            yield f"{self.rates[rate].at(0.95)} p95 in ms at {rate} a second"
        # Never below a millisecond: a ratio to less would say nothing.
        more = max(1, self.rates[fast].at(0.95) - self.rates[slow].at(0.95))
        yield f"{more} p95 in ms that {fast} a second add"
        yield f"{page:.2f} CPU seconds of the page per 100,000 lines"
        yield f"{program:.2f} CPU seconds of the program per 100,000 lines"


def main():
    script, seconds = sys.argv[1], int(sys.argv[2])
    spec = importlib.util.spec_from_file_location("paint", script)
    paint = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(paint)
    if not isinstance(getattr(paint, "SECONDS", None), int):
        sys.exit(f"{script} has no SECONDS that could be set")
    watched = Watched(paint, seconds)
    failed = watched.run()
    for figure in watched.figures():
        print(f"figure less {figure}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
