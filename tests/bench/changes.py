#!/usr/bin/env python3
"""Benchmark of a story's changes in the window: 20,000 changed lines in 500 files, and 100 in one.

Two stories in one window, whose files changed between two checkpoints. The page notes the time from the choice
of these changes to the moment after the frame in which the first changed line stands; in turn with that,
`git diff` writes the same change. Then the lines are scrolled by the same distance in each frame, in turn for
both stories, and the page notes the time from each frame to the next.

`cargo xtask bench changes` starts it, on a display and a session bus of its own.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from desk import Desk  # noqa: E402
from driver import until  # noqa: E402
from fake_agents import PATIENCE, Speaking, result, waits_for  # noqa: E402
from keys import ESCAPE  # noqa: E402
from programs import target_directory  # noqa: E402

#: Files and changed lines in each: half of them removed, half added.
LARGE, SMALL = (500, 40), (1, 100)
ROUNDS = 9

#: The goals: until the first file can be read, divided by the time of `git diff`, after two frames are taken
#: off; the frames of scrolling, large to small.
GOAL_OPEN, GOAL_SCROLL = 1.5, 1.3
FRAME = 1000 / 60

#: How many frames are scrolled, and how far in each, in pixels.
FRAMES, STEP = 180, 90

#: Chooses which changes are shown, of which nothing was read before. Records when their first line was drawn: a
#: task that is queued in a frame runs after it.
CHOOSING = r"""
    const choice = document.querySelector("select[aria-label='Which changes']");
    const first = () => document.querySelector('.lines .line.add .text, .lines .line.del .text');
    window.opened = null;
    const began = performance.now();
    choice.value = arguments[0];
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    let isGone = false;
    const look = () => {
        const line = first();
        isGone ||= line === null;
        if (isGone && line !== null) setTimeout(() => { window.opened = performance.now() - began; });
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""

#: Scrolls down, and up again where the end is near. Records the time from each frame to the next.
SCROLLING = r"""
    const [frames, step] = arguments;
    const box = [...document.querySelectorAll('.lines *')].find((each) => each.scrollHeight > each.clientHeight
        && ['auto', 'scroll'].includes(getComputedStyle(each).overflowY));
    const gaps = [];
    window.gaps = null;
    box.scrollTop = 0;
    let before = performance.now(), by = step;
    const frame = () => {
        const now = performance.now();
        gaps.push(now - before);
        before = now;
        const room = box.scrollHeight - box.clientHeight - box.scrollTop;
        if (by > 0 && room < by) by = -step;
        else if (by < 0 && box.scrollTop < step) by = step;
        box.scrollTop += by;
        if (gaps.length < frames) requestAnimationFrame(frame);
        else window.gaps = gaps;
    };
    requestAnimationFrame(frame);
"""


def write(project, files, changed, word):
    """Writes files of a hundred functions; `changed / 2` lines of each contain the word."""
    for number in range(files):
        folder = project / "src" / f"part_{number % 20:02}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = []
        for line in range(400):
            is_changed = line % (800 // changed) == 0 and line // (800 // changed) < changed // 2
            name = word if is_changed else "kept"
            lines.append(f"    let {name}_{line} = read(input, {number}).map(|each| each.len() + {line});")
        (folder / f"file_{number:03}.rs").write_text("\n".join(lines) + "\n")


def story(desk, page, name, size):
    """A finished story that changed this many files and lines in each."""
    files, changed = size
    made = Speaking(desk, page, name, [waits_for("first"), result()])
    until("the prompt", lambda: len(made.prompts()) == 1, PATIENCE)
    write(made.project, files, changed, "before")
    made.give("first", "").becomes("done")
    made.says_from_now_on([waits_for("second"), result()])
    desk.mush("send", made.story, "Go on")
    until("the second prompt", lambda: len(made.prompts()) == 2, PATIENCE)
    write(made.project, files, changed, "after")
    made.give("second", "").becomes("done")
    return made


def shown(page, scope):
    """Shows these changes. Returns the milliseconds to the first line that can be read."""
    page.js(CHOOSING, scope)
    return until(f"a line of {scope!r}", lambda: page.js("return window.opened"), PATIENCE)


def diff(made, desk):
    """The milliseconds of `git diff` over the same two trees, and how many lines it marks as changed."""
    ends = [each["commit"] for each in sorted(desk.mush("checkpoints", made.story), key=lambda each: each["n"])]
    before, after = of_turn(made, desk, ends)
    words = ["git", "-C", str(made.project), "diff", "--no-color", "--find-renames", before, after]
    began = time.monotonic()
    done = subprocess.run(words, env=desk.env, check=True, capture_output=True)
    took = (time.monotonic() - began) * 1000
    marked = [line for line in done.stdout.splitlines() if line[:1] in b"+-" and line[:3] not in (b"+++", b"---")]
    return took, len(marked)


def of_turn(made, desk, ends):
    """The last two checkpoints between which something changed."""
    for before, after in reversed(list(zip(ends, ends[1:]))):
        same = subprocess.run(["git", "-C", str(made.project), "diff", "--quiet", before, after], env=desk.env)
        if same.returncode == 1:
            return before, after
    raise AssertionError(f"no two checkpoints of {made.title} differ")


def scrolling(page):
    """The milliseconds from frame to frame."""
    page.js(SCROLLING, FRAMES, STEP)
    return until("the frames", lambda: page.js("return window.gaps"), 60)


def at(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def measure(folder, programs):
    opened, diffs, gaps = [], [], {LARGE: [], SMALL: []}
    with Desk(folder, programs) as desk:
        page = desk.open_window()
        page.see("No stories yet")
        stories = {LARGE: story(desk, page, "large", LARGE), SMALL: story(desk, page, "small", SMALL)}
        for _ in range(ROUNDS):
            for size, each in stories.items():
                each.open()
                if not page.find("section.changes"):
                    page.key("d")
                page.element(".lines .line.add", PATIENCE)
                shown(page, "base")
                took = shown(page, "turn")
                gaps[size].extend(scrolling(page)[1:])
                page.key(ESCAPE)
                if size == LARGE:
                    opened.append(took)
                    alone, lines = diff(each, desk)
                    diffs.append(alone)
        page.close()
    assert lines == LARGE[0] * LARGE[1], lines
    return opened, diffs, gaps


def main():
    programs = target_directory() / "release"
    with tempfile.TemporaryDirectory(prefix="musher-changes-") as folder:
        opened, diffs, gaps = measure(pathlib.Path(folder) / "desk", programs)
    ours, git = statistics.median(opened), statistics.median(diffs)
    ratio = (ours - 2 * FRAME) / git
    print(f"{LARGE[0] * LARGE[1]:,} lines in {LARGE[0]} files: first line after {ours:.0f} ms, `git diff` {git:.0f} ms")
    print(f"without two frames that is {ratio:.2f} of `git diff` (goal at most {GOAL_OPEN})")
    print(f"figure less {ratio:.3f} first file of a large change to git diff")
    for size, of in gaps.items():
        print(f"{size[0] * size[1]:>6,} lines: from frame to frame p50 {statistics.median(of):.1f} ms, "
              f"p95 {at(of, 0.95):.1f} ms, longest {max(of):.0f} ms, of {len(of)}")
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        slower = at(gaps[LARGE], share) / at(gaps[SMALL], share)
        print(f"scrolling: {name} {slower:.2f} of that with {SMALL[0] * SMALL[1]} lines (goal at most {GOAL_SCROLL})")
        print(f"figure less {slower:.3f} {name} of a frame while a large change is scrolled, to a small one")
    return 0


if __name__ == "__main__":
    sys.exit(main())
