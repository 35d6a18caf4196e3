"""Journeys through the tray: using only its menu, a tray that starts late or is restarted, a pause
of notifications."""

import re

import repository
from desk import Tray, end
from driver import NotSeen, until
from settings_journeys import kept as settings_file
from window_journeys import start, state


def entries(desk):
    """The entries of the menu in order: texts with their numbers."""
    return desk.tray.ask("menu", "menu")["menu"]


def entry(desk, pattern):
    """Waits for the first entry whose text matches. Returns its number."""
    def look():
        found = [each for each in entries(desk) if re.search(pattern, each["text"])]
        return found and found[0]["id"]
    try:
        return until(f"an entry {pattern!r} in the tray's menu", look)
    except AssertionError as error:
        raise AssertionError(f"{error}; it has {entries(desk)}") from None


#: How long a click on an entry may take to have its effect, in seconds.
SOON = 4


def choose(desk, pattern, effect, reached):
    """Clicks an entry, like the desktop, and waits for the effect. A click on a menu that is just being replaced
    may have none; then a person clicks once more, and no more often."""
    desk.tray.ask(f"choose {entry(desk, pattern)}", "chosen")
    try:
        return until(effect, reached, SOON)
    except NotSeen:
        print(f"(a click on {pattern!r} had no effect)", end=" ", flush=True)
    desk.tray.ask(f"choose {entry(desk, pattern)}", "chosen")
    return until(effect, reached)


def paused_until(page):
    """The end of the pause of notifications in the settings, if there is one."""
    return page.invoke("settings")["value"]["settings"]["paused_until"]


def opens_what_waits_by_the_menu(desk, page):
    """A waiting story is the first entry, with its question; a click opens it."""
    project = repository.make(desk.folder / "by-tray", desk.env)
    start(page, project, "Asks from the tray & waits", "[[demo:ask]]")
    until("the story to wait", lambda: state(page, "asks-from-the-tray-waits") == "waiting")
    entry(desk, "^Needs you, 1$")
    texts = [each["text"] for each in entries(desk)]
    asked = next(text for text in texts if "Asks from the tray" in text)
    assert texts.index("Needs you, 1") == 0 and texts.index(asked) == 1, texts
    assert asked.startswith("Demo agent asks to ") and asked.endswith("Asks from the tray & waits")
    page.see("Board")
    choose(desk, "Asks from the tray", "the window to show the story",
           lambda: page.js("return document.querySelector('h1')?.innerText ?? ''")
           == "Asks from the tray & waits")
    choose(desk, "^New story…$", "the form of a new story", lambda: "Goal" in page.text())
    desk.mush("stop", "asks-from-the-tray-waits")
    until("the story to leave the menu",
          lambda: not any("Asks from the tray" in each["text"] for each in entries(desk)))


def kept_count(desk):
    """The number of held-back notifications about finished stories, in the settings file."""
    return settings_file(desk).get("notify.held", {}).get("finished")


def pauses_notifications_by_the_menu(desk, page):
    """A pause holds notifications back, also over a restart, and then shows them as one; the menu
    shows its end."""
    project = repository.make(desk.folder / "paused", desk.env)
    choose(desk, "^For 1 hour$", "the settings to say it", lambda: paused_until(page))
    entry(desk, r"^Notifications paused until (tomorrow )?\d\d:\d\d, turn on again$")
    start(page, project, "Held back", "[[demo:plain]]")
    until("the story to be done", lambda: state(page, "held-back") == "done")
    until("the count to be kept", lambda: kept_count(desk) == 1)
    page.leave(desk.close_window)
    page = desk.open_window()
    desk.tray.hear("item")
    choose(desk, "turn on again$", "the pause to be over", lambda: not paused_until(page))
    _number, told = desk.notified("1 notification was held back")
    assert "1 done" in told["body"], told
    assert not any("Held back" in shown["title"] for shown in desk.notifications())
    entry(desk, "^Pause notifications$")
    until("the count to be forgotten", lambda: kept_count(desk) is None)
    return page


def changes_at_most_once_a_second(desk, page):
    """Many stories that start and end at once change the menu at most once a second."""
    before = len(desk.tray.ask("changes", "changes")["changes"])
    for number in range(6):
        folder = repository.make(desk.folder / f"many-{number}", desk.env)
        start(page, folder, f"Many {number}", "[[demo:slow n=5 ms=100]]")
    for number in range(6):
        until("a story to be done", lambda: state(page, f"many-{number}") == "done")
    until("the stories to leave the menu",
          lambda: not any("Many" in each["text"] for each in entries(desk)))
    times = desk.tray.ask("changes", "changes")["changes"][before:]
    # The first change may be immediate, and one may be in progress.
    assert 1 <= len(times) <= (times[-1] - times[0]) / 1000 + 2, times


def comes_back_to_a_tray_that_is_started_again(desk, page):
    """The tray's program ends and is restarted: the icon returns, and the settings view shows both
    states."""
    until("the icon in the tray", lambda: tray_of(page) == "shown")
    end(desk.tray.process)
    until("the window to say that there is no tray", lambda: tray_of(page) == "no_tray")
    desk.tray = Tray(desk)
    desk.tray.hear("item")
    until("the icon in the tray", lambda: tray_of(page) == "shown")
    assert entries(desk)[-1]["text"] == "Quit, agents go on", entries(desk)


def is_taken_up_by_a_late_tray(desk):
    """When the window starts without a tray it says so, and uses a tray that appears later."""
    end(desk.tray.process)
    page = desk.open_window()
    until("the window to say that there is no tray", lambda: tray_of(page) == "no_tray")
    desk.tray = Tray(desk)
    desk.tray.hear("item")
    until("the icon in the tray", lambda: tray_of(page) == "shown")
    assert entries(desk)[-1]["text"] == "Quit, agents go on", entries(desk)
    return page


def tray_of(page):
    return page.invoke("desktop")["value"]["tray"]
