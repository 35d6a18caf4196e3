"""Journeys through the settings: chosen values are still there after a restart, and a value that
cannot be saved is reported and not shown as set."""

import json

from driver import NotSeen, until
from keys import ESCAPE
from usage_journeys import breaks_no_rule_of_accessibility


def file_of(desk):
    """The file with the settings."""
    return desk.folder / "home/.local/share/app.musher.desktop/window.json"


def kept(desk):
    return json.loads(file_of(desk).read_text())


def opens(desk, page):
    """Opens the settings by key."""
    page.see("New story")
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"), "key", "ctrl+comma")
    page.see("Saved as you change it in")


def problem(page):
    return page.js("return document.querySelector('main > [role=alert]')?.innerText ?? ''")


def shown(page):
    """The theme, density and text size of the page as it is drawn."""
    return page.js("""
        const { theme, density } = document.documentElement.dataset;
        return [theme, density, Math.round(outerWidth / innerWidth * 100)];
    """)


def finds_settings_after_a_restart(desk, page, pictures):
    """Theme, density and text size are chosen, saved and restored; a test notification is sent."""
    opens(desk, page)
    pictures.take(page, "settings")
    page.click("Send a test")
    page.see("Taken by")
    desk.notified("A test from Musher")
    page.click("Verify")
    page.see("No differences.")
    page.click("Show the list")
    page.see("MIT OR Apache-2.0")
    breaks_no_rule_of_accessibility(desk, page)
    page.click("Dark")
    page.click("Compact")
    page.click("Larger")
    until("the settings in force", lambda: shown(page) == ["dark", "compact", 110])
    desk.xdotool("key", "ctrl+equal")
    until("the text to grow by key", lambda: shown(page)[2] == 125)
    assert kept(desk)["text_percent"] == 125, kept(desk)
    page.leave(desk.close_window)
    page = desk.open_window()
    until("the settings to be found", lambda: shown(page) == ["dark", "compact", 125])
    opens(desk, page)
    until("the size to be said", lambda: "125" in page.js(
        "return document.querySelector('.size')?.innerText ?? ''"))
    # By key, because the driver's pointer ignores the larger text size.
    desk.xdotool("key", "ctrl+0")
    until("the usual size", lambda: shown(page)[2] == 100)
    page.click("Comfortable")
    page.click("Same as system")
    until("the usual settings", lambda: shown(page)[1:] == ["comfortable", 100])
    return page


def keeps_a_damaged_file_aside(desk, page):
    """A damaged file is kept under another name; the window starts with default settings and
    reports it."""
    page.leave(desk.close_window)
    before = '{"theme": "dark", "mine": [1, 2'
    file_of(desk).write_text(before)
    page = desk.open_window()
    opens(desk, page)
    until("the page to say it", lambda: "was damaged" in problem(page))
    aside = [path for path in file_of(desk).parent.iterdir() if "damaged" in path.name]
    assert [path.read_text() for path in aside] == [before], aside
    assert shown(page)[1:] == ["comfortable", 100]
    page.leave(desk.close_window)
    # Values that this version does not know stay in the file.
    file_of(desk).write_text('{"density": "tight", "mine": {"a": 1}}')
    page = desk.open_window()
    opens(desk, page)
    until("the page to name the value", lambda: 'density is "tight"' in problem(page))
    page.click("Compact")
    until("the density", lambda: shown(page)[1] == "compact")
    until("the page to be content", lambda: problem(page) == "")
    assert kept(desk) == {"density": "compact", "mine": {"a": 1}}, kept(desk)
    return page


def refuses_what_cannot_be_kept(desk, page):
    """With a read-only file, a change reports the error at its place and is not shown as made."""
    opens(desk, page)
    before = file_of(desk).read_bytes()
    file_of(desk).chmod(0o444)
    try:
        page.click("Comfortable")
        page.see("This was not set: the file is read-only")
        assert shown(page)[1] == "compact", shown(page)
    finally:
        file_of(desk).chmod(0o644)
    page.leave(desk.close_window)
    assert file_of(desk).read_bytes() == before
    page = desk.open_window()
    until("the density that was kept", lambda: shown(page)[1] == "compact")
    opens(desk, page)
    page.click("Comfortable")
    until("the density", lambda: shown(page)[1] == "comfortable")
    page.key(ESCAPE)
    try:
        page.see_not("Saved as you change it in")
    except NotSeen:
        raise AssertionError("Escape does not leave the settings") from None
    return page
