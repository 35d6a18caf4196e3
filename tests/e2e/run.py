#!/usr/bin/env python3
"""The end-to-end suite: journeys through the real window with the demo agent in real terminals.

Run it with a separate display and session bus:

    dbus-run-session -- xvfb-run -a -s "-screen 0 1280x800x24 +extension RANDR" \\
        /usr/bin/python3 tests/e2e/run.py

It needs `musher` and `mush` built, and Debian's Python, because that has the D-Bus modules. Pictures of
the screens go to `e2e/` in cargo's target directory. The exit code is 0 if all journeys succeeded.
"""

import shutil
import sys
import tempfile
import time
import traceback

import answer_journeys as answers
import moving_journeys as moving
import person_journeys as person
import settings_journeys as settings
import tray_journeys as tray
import usage_journeys as usage
import view_journeys as views
import window_journeys as window
from desk import Desk
from driver import Page, Refused
from programs import target_directory

#: How many characters of each program's output are shown after a failure.
TAIL = 4_000


class Course:
    """Runs the journeys in order, with the time that each took."""

    def __init__(self, desk, pictures):
        self.desk = desk
        self.pictures = pictures
        self.page = None

    def go(self, journey, *more):
        """Runs one journey. A journey that opens a new window returns its page."""
        began = time.monotonic()
        words = journey.__name__.replace("_", " ")
        print(f"{words} ...", end=" ", flush=True)
        page = [] if self.page is None else [self.page]
        given = journey(self.desk, *page, *more)
        self.page = given if isinstance(given, Page) else self.page
        print(f"{time.monotonic() - began:.1f} s", flush=True)
        return given

    def walk(self):
        """First the journeys of a new user, then those of the window."""
        pictures = person.Pictures(self.pictures)
        self.go(person.first_start, pictures)
        self.go(usage.is_empty_at_first, pictures)
        self.go(window.is_in_the_tray)
        self.go(window.grows_by_keys)
        self.go(window.stays_where_it_is)
        number = self.go(person.plays_the_demo, pictures)
        self.go(person.opens_by_notification, pictures, number)
        self.go(person.allows_by_click, pictures)
        self.go(person.shows_evidence, pictures)
        self.go(person.follows_up, pictures)
        self.go(usage.reads_turns_of_a_story, pictures)
        self.go(person.stops, pictures)
        self.go(person.begins_by_drop, pictures)
        self.go(person.keeps_the_theme, pictures)
        self.go(usage.opens_by_its_key)
        self.go(usage.reads_by_arrows, pictures)
        self.go(usage.drills_down_to_a_story, pictures)
        self.go(usage.breaks_no_rule_of_accessibility)
        self.go(usage.goes_back_to_the_board)
        self.go(answers.types_without_answering)
        self.go(answers.denies_with_words_only)
        self.go(answers.gives_the_focus_back)
        self.go(answers.reads_to_the_end_first, pictures)
        self.go(answers.answers_each_question, pictures)
        self.go(answers.starts_two_in_one_repository)
        self.go(moving.goes_from_need_to_need)
        self.go(moving.finds_by_the_filter)
        self.go(moving.acts_on_another_layout)
        self.go(moving.keeps_words_over_a_restart)
        self.go(views.finds_views_as_they_were_left)
        self.go(views.says_where_a_link_leads_nowhere)
        self.leave()
        self.go(window.takes_over_from_mush)
        self.go(window.starts_once)
        self.go(window.tells_what_is_wanted)
        self.go(tray.opens_what_waits_by_the_menu)
        self.go(window.keeps_its_title_true_while_hidden)
        self.go(tray.pauses_notifications_by_the_menu)
        self.go(tray.changes_at_most_once_a_second)
        self.go(tray.comes_back_to_a_tray_that_is_started_again)
        self.go(settings.finds_settings_after_a_restart, pictures)
        self.go(settings.keeps_a_damaged_file_aside)
        self.go(settings.refuses_what_cannot_be_kept)
        self.go(window.survives_kill)
        self.go(window.says_farewell)
        self.leave()
        self.go(tray.is_taken_up_by_a_late_tray)
        # Last, because its limit holds the demo agent's account afterwards.
        self.go(window.counts_down_in_its_title)

    def leave(self):
        """Closes the window between journeys."""
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
                self.desk.page.screenshot(self.pictures / "failure.png")
                print(f"\nThe page says:\n{self.desk.page.text()}")
            except Exception as error:  # The window itself may have failed.
                print(f"\nThe page cannot be asked: {error}")
        for log in sorted(self.desk.folder.glob("*.log")):
            text = log.read_bytes()[-TAIL:].decode(errors="replace").strip()
            if text:
                print(f"\n{log.name}:\n{text}")


def main():
    target = target_directory()
    pictures = target / "e2e"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="musher-e2e-") as folder:
        with Desk(folder, target / "debug") as desk:
            course = Course(desk, pictures)
            try:
                course.walk()
            except Exception:
                course.tell_failure()
                return 1
            finally:
                course.close()
    print(f"all journeys in {time.monotonic() - began:.1f} s; pictures in {pictures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
