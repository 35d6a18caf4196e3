#!/usr/bin/env python3
"""Runs the paint benchmark of a tree for a given time: `paint_of.py PAINT SECONDS`.

PAINT is the `tests/bench/paint.py` of that tree, which may be of another revision and runs the
programs that were built from it. SECONDS replaces the duration for each rate.

`cargo xtask bench --against` starts it for both trees with a shorter duration, because it runs
the benchmark many times.
"""

import importlib.util
import sys


def main():
    script, seconds = sys.argv[1], int(sys.argv[2])
    spec = importlib.util.spec_from_file_location("paint", script)
    paint = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(paint)
    if not isinstance(getattr(paint, "SECONDS", None), int):
        sys.exit(f"{script} has no SECONDS that could be set")
    paint.SECONDS = seconds
    return paint.main()


if __name__ == "__main__":
    sys.exit(main())
