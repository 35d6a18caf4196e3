#!/usr/bin/env python3
"""Benchmark of typing in the board's filter: the time from a key to its frame, with 300 stories and
with 10.

Two data directories, the same words in their stories' titles, each in a window of its own. Words are typed
letter by letter by the window system, as a keyboard types, and taken back letter by letter. The page notes
the time from each key's event to the moment after the frame in which the letter was drawn, and the time from
each frame to the next. Rounds of both directories alternate, so that other work of the machine falls on both.

`cargo xtask bench filter` starts it, on a display and a session bus of its own.
"""

import datetime
import json
import pathlib
import statistics
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from desk import Desk  # noqa: E402
from driver import until  # noqa: E402
from keys import ESCAPE  # noqa: E402
from programs import target_directory  # noqa: E402

FEW, MANY = 10, 300
ROUNDS = 5

#: The goal: the 99th percentile with many stories, divided by that with few.
GOAL = 1.5

#: The words that are typed and deleted again.
WORDS = ["parser", "retry 12", "window", "ledger"]

TITLES = ["Make the parser take comments", "Retry what failed with a pause", "Resize the window without a jump",
          "Write the ledger by month", "Read the configuration once"]

#: Records for each key how long it took until its frame was painted: a task that is queued in the
#: frame runs after the frame.
WATCH = r"""
    const seen = {times: [], gaps: [], stop: false};
    window.seen = seen;
    document.activeElement.addEventListener('keydown', () => {
        const at = performance.now();
        requestAnimationFrame(() => setTimeout(() => seen.times.push(performance.now() - at)));
    });
    let before = performance.now();
    const frame = () => {
        const now = performance.now();
        seen.gaps.push(now - before);
        before = now;
        if (!seen.stop) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
"""

AT = 1_795_000_000_000


def stamp(more=0):
    """A time in the journal's format, `more` seconds after the start."""
    at = datetime.datetime.fromtimestamp(AT / 1000 + more, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def facts(number):
    """The journal entries of a finished story with its own project, title and times."""
    slug = f"story-{number}"
    project = f"/home/ada/src/app-{number % 7}"

    def state(name, reason=None):
        return {"type": "state_changed", "state": name, "reason": reason, "since": stamp(number),
                "until": None, "evidence": {}}
    return [
        {"type": "story_created", "slug": slug, "title": f"{TITLES[number % len(TITLES)]} {number}",
         "project": project, "dir": project, "branch": None, "agent": "claude", "profile": {}, "gates": []},
        {"type": "prompt_queued", "id": f"{slug}-prompt", "text": "words", "by": "you"},
        {"type": "run_starting", "slug": f"{slug}.1", "kind": "agent", "agent": "claude",
         "decoder": "plain/1", "account": None, "session": "talk", "resumes": False,
         "argv": ["/usr/bin/claude"], "usage_baseline": {"models": {}}},
        state("starting"),
        {"type": "run_started", "pid": 7},
        {"type": "input", "id": f"{slug}-prompt", "kind": "prompt", "text": "words"},
        state("running"),
        {"type": "run_ended", "outcome": {"kind": "succeeded"}, "evidence": {}},
        state("done", "unchecked"),
    ]


def write_directory(data, stories):
    """Makes a data directory with this many finished stories, each with one run of one line."""
    journal = data / "journal"
    journal.mkdir(parents=True, mode=0o700)
    lines = []
    for number in range(stories):
        story = f"01a20000-0000-7000-8000-{number:012x}"
        run = f"01a20000-0000-7000-9000-{number:012x}"
        for event in facts(number):
            entry = {"seq": len(lines) + 1, "at": stamp(number), "story": story, "run": run, "event": event}
            lines.append(json.dumps(entry))
        folder = data / "runs" / run
        folder.mkdir(parents=True, mode=0o700)
        for name in ("spec.json", "keeper.json"):
            (folder / name).write_text("{}")
    (journal / "000001.jsonl").write_text("".join(line + "\n" for line in lines))


def type_words(desk, page):
    """Types and deletes every word. Returns the milliseconds from each key to its frame."""
    page.key("/")
    until("the filter to have the focus", lambda: page.js("return document.activeElement.tagName === 'INPUT'"))
    page.js(WATCH)
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"))
    typed = 0
    for word in WORDS:
        desk.xdotool("type", "--delay", 60, word)
        value = lambda: page.js("return document.activeElement.value")
        until(f"{word!r} to be typed", lambda: value() == word)
        desk.xdotool("key", "--delay", 60, *["BackSpace"] * len(word))
        until(f"{word!r} to be taken back", lambda: value() == "")
        typed += 2 * len(word)
    times = until("every frame", lambda: page.js(
        "return window.seen.times.length >= arguments[0] ? window.seen.times : null", typed))
    gaps = page.js("window.seen.stop = true; return window.seen.gaps")
    page.key(ESCAPE)
    return times, gaps


def measure(folder, programs, stories):
    """The times in one window, on a directory with this many stories."""
    folder.mkdir()
    with Desk(folder, programs) as desk:
        write_directory(desk.data, stories)
        page = desk.open_window()
        page.see(TITLES[0])
        type_words(desk, page)  # What is compiled once is compiled here.
        measured = type_words(desk, page)
        page.close()
    return measured


def at(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def main():
    programs = target_directory() / "release"
    letters, gaps = {FEW: [], MANY: []}, {FEW: [], MANY: []}
    with tempfile.TemporaryDirectory(prefix="musher-filter-") as folder:
        for number in range(ROUNDS):
            for stories in (FEW, MANY):
                found = measure(pathlib.Path(folder) / f"{stories}-{number}", programs, stories)
                letters[stories].extend(found[0])
                gaps[stories].extend(found[1])
    for stories in (FEW, MANY):
        of, between = letters[stories], gaps[stories]
        print(f"{stories:>4} stories: a letter to its frame p50 {statistics.median(of):.0f} ms, "
              f"p99 {at(of, 0.99):.0f} ms of {len(of)}; from frame to frame p50 {statistics.median(between):.0f} ms, "
              f"p99 {at(between, 0.99):.0f} ms of {len(between)}")
    for name, of in (("letter's frame", letters), ("frame to frame", gaps)):
        ratio = at(of[MANY], 0.99) / at(of[FEW], 0.99)
        print(f"{name}: p99 with {MANY} stories is {ratio:.2f} of that with {FEW} (goal at most {GOAL})")
        # Read by `cargo xtask bench --against`.
        print(f"figure less {ratio:.3f} p99 of a {name} with {MANY} stories to {FEW}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
