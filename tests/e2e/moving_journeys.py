"""Journeys about navigation by keys: from one story that needs a person to the next, through the
filter, on another keyboard layout, and to unsent texts, also after a restart."""

import subprocess

from answer_journeys import FOCUSED, Asking, takes_answers
from driver import until
from keys import CONTROL, DOWN, ENTER, ESCAPE, chord, clear
from view_journeys import FILTER, GOAL, WORDS, value

#: The keys that are these on the usual keyboard, by the numbers that the X server gives them. V is a K on Dvorak's.
KEY_J, KEY_K, KEY_N, KEY_V, KEY_SLASH = 44, 45, 57, 55, 61

SELECTED = "return document.querySelector('.board [aria-selected=\"true\"]')?.dataset.story ?? null"
#: The key line shows the answer to the selected story only while it is accepted.
OFFERED = "return document.querySelector('footer .hints')?.innerText.includes('Allow once')"
NEEDS = ("waiting", "needs_you")


def goes_to_the_board(desk, page):
    """Shows the board without a filter and without a selection."""
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"), "key", "ctrl+1")
    page.element(".board")
    for _ in range(4):
        page.key(ESCAPE)
    until("nothing to be selected", lambda: page.js(SELECTED) is None)


def needing(desk):
    return {each["id"] for each in desk.mush("stories") if each["state"] in NEEDS}


def select(page, story, most):
    """Selects a story that needs a person, with N."""
    for _ in range(most):
        if page.js(SELECTED) == story:
            return
        page.key("n")
    assert page.js(SELECTED) == story, page.js(SELECTED)


def goes_from_need_to_need(desk, page):
    """N visits every story that needs a person. After an answer the next one is selected, and
    pressing the answer again at once does not answer it."""
    first, second = (Asking(desk, page, name, "Bash", {"command": "true"}) for name in ("need-a", "need-b"))
    for asking in (first, second):
        until("the question", asking.question, 30)
    goes_to_the_board(desk, page)
    wanted = needing(desk)
    until("all that need a person to be counted", lambda: page.js(
        "return Number(document.querySelector('header .needs .word')?.innerText)") == len(wanted))
    visited = []
    for _ in wanted:
        page.key("n")
        visited.append(page.js(SELECTED))
    assert set(visited) == wanted, (visited, wanted)
    select(page, first.story, len(wanted))
    # A newly selected story accepts no answer, and the key line says so in place of the keys.
    chord(page, CONTROL, ENTER)
    page.see("it has just come into sight")
    first.stays_open()
    until("the key to be offered", lambda: page.js(OFFERED))
    chord(page, CONTROL, ENTER)
    assert first.got() == "allow"
    until("another need to be selected", lambda: page.js(SELECTED) not in (None, first.story))
    chord(page, CONTROL, ENTER)
    second.stays_open()
    # Also from a story's view, with the focus on its question.
    select(page, second.story, len(wanted))
    page.key(ENTER)
    page.element(".card")
    page.key("n")
    until("the card to have the focus", lambda: page.js(FOCUSED, ".card"))
    takes_answers(page)
    page.key(ENTER)
    assert second.got() == "allow"


def finds_by_the_filter(desk, page):
    """The filter and its results by keys alone: Down goes to the first, Enter opens it, Esc goes
    back."""
    goes_to_the_board(desk, page)
    page.key("/")
    until("the filter to have the focus", lambda: page.js(FOCUSED, FILTER))
    page.key(*"need-b")
    until("one story to be found", lambda: len(page.find(".board [data-story]")) == 1)
    page.key(DOWN)
    until("the rows to have the focus", lambda: page.js(FOCUSED, ".board"))
    page.key(ENTER)
    page.element("[role=feed]")
    page.key("c")
    until("the words to have the focus", lambda: page.js(FOCUSED, WORDS))
    page.key(ESCAPE)
    until("the field to be left", lambda: page.js("return document.activeElement === document.body"))
    page.key(ESCAPE)
    page.element(".board")
    assert value(page, FILTER) == "need-b"
    goes_to_the_board(desk, page)


def acts_on_another_layout(desk, page):
    """The same keys do the same on a Russian keyboard, and where Latin letters lie elsewhere it is the letters that
    count."""
    goes_to_the_board(desk, page)
    with_layout(desk, "ru")
    try:
        # The window manager takes its keys anew for the new layout, and may swallow one meanwhile.
        until("a story to be selected", lambda: desk.xdotool("key", KEY_J) or page.js(SELECTED) is not None)
        desk.xdotool("key", KEY_SLASH)
        until("the filter to have the focus", lambda: page.js(FOCUSED, FILTER))
        desk.xdotool("key", "Escape")
        until("the board without a filter", lambda: not page.find(FILTER))
        with_control(desk, KEY_K)
        page.element(".palette")
        desk.xdotool("key", "Escape")
        until("the palette to be closed", lambda: not page.find(".palette"))
        with_control(desk, KEY_N)
        page.element(GOAL)
        goes_to_the_board(desk, page)
        with_layout(desk, "us", "dvorak")
        # Here it writes an H, which does nothing.
        desk.xdotool("key", KEY_J)
        with_control(desk, KEY_V)
        page.element(".palette")
        assert page.js(SELECTED) is None, page.js(SELECTED)
        desk.xdotool("key", "Escape")
        until("the palette to be closed", lambda: not page.find(".palette"))
    finally:
        with_layout(desk, "us")


def with_layout(desk, *layout):
    subprocess.run(["setxkbmap", *layout], env=desk.env, check=True, timeout=10)


def with_control(desk, key):
    """Presses a key, by its number, while Control is held."""
    desk.xdotool("keydown", "Control_L", "key", key, "keyup", "Control_L")


def keeps_words_over_a_restart(desk, page):
    """Unsent text is still in its story after the window was closed and opened again."""
    [story] = [each for each in desk.mush("stories") if each["title"] == "need-b"]

    def opens():
        chord(page, CONTROL, "k")
        page.type_into(".palette input", story["title"])
        page.see(story["title"])
        page.key(ENTER)
        page.element(WORDS)

    opens()
    page.type_into(WORDS, "And add a test")
    page.leave(desk.close_window)
    page = desk.open_window()
    page.see("New story")
    opens()
    until("the words", lambda: value(page, WORDS) == "And add a test")
    clear(page, WORDS)
    goes_to_the_board(desk, page)
    return page
