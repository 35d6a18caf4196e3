#!/usr/bin/env python3
"""The end-to-end suite: journeys through the real window with the demo agent in real terminals.

Run it with a separate display and session bus:

    dbus-run-session -- xvfb-run -a -s "-screen 0 1280x800x24 +extension RANDR" \\
        /usr/bin/python3 tests/e2e/run.py [CHAPTER|JOURNEY]...

Without names all chapters of `course.py` are walked. It needs `musher` and `mush` built, and Debian's Python,
because that has the D-Bus modules. Pictures of the screens go to `e2e/` in cargo's target directory. The exit
code tells whether all went well; a name that there is not is 2.
"""

import inspect
import shutil
import sys
import tempfile
import time
import traceback

import course
import person_journeys as person
from desk import Desk
from driver import Page, Refused
from programs import target_directory

#: How many characters of each program's output are shown after a failure.
TAIL = 4_000


class Walk:
    """Journeys one after the other, with the time that each took."""

    def __init__(self, desk, folder):
        self.desk = desk
        self.folder = folder
        self.pictures = person.Pictures(folder)
        self.page = None

    def go(self, journey):
        """Walks one journey with what it names: the page of a window that is open, or none open if it names
        none; one that opens a window gives its page."""
        wanted = inspect.signature(journey).parameters
        began = time.monotonic()
        print(f"{course.name_of(journey)} ...", end=" ", flush=True)
        if "page" not in wanted:
            self.leave()
        elif self.page is None:
            self.page = self.desk.open_window()
            self.page.see("New story")
        known = {"desk": self.desk, "page": self.page, "pictures": self.pictures}
        given = journey(**{name: known[name] for name in wanted})
        self.page = given if isinstance(given, Page) else self.page
        print(f"{time.monotonic() - began:.1f} s", flush=True)

    def leave(self):
        """Closes the window between journeys."""
        if self.page is not None:
            self.page.leave(self.desk.close_window)
            self.page = None

    def close(self):
        """Ends the newest window, also after a failed journey."""
        if self.desk.page is None:
            return
        try:
            self.desk.page.close()
        except (Refused, OSError):
            pass  # It has already ended.

    def tell_failure(self):
        """Prints the last state of the page and the programs' output."""
        print("\nFAILED\n", flush=True)
        traceback.print_exc()
        if self.desk.page is not None:
            try:
                self.desk.page.screenshot(self.folder / "failure.png")
                print(f"\nThe page says:\n{self.desk.page.text()}")
            except Exception as error:  # The window itself may have failed.
                print(f"\nThe page cannot be asked: {error}")
        for log in sorted(self.desk.folder.glob("*.log")):
            text = log.read_bytes()[-TAIL:].decode(errors="replace").strip()
            if text:
                print(f"\n{log.name}:\n{text}")


def main(names):
    try:
        journeys = course.chosen(names)
    except course.Unknown as unknown:
        print(unknown, file=sys.stderr)
        return 2
    target = target_directory()
    pictures = target / "e2e"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="musher-e2e-") as folder:
        with Desk(folder, target / "debug") as desk:
            walk = Walk(desk, pictures)
            try:
                for journey in journeys:
                    walk.go(journey)
            except Exception:
                walk.tell_failure()
                return 1
            finally:
                walk.close()
    print(f"{len(journeys)} journeys in {time.monotonic() - began:.1f} s; pictures in {pictures}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
