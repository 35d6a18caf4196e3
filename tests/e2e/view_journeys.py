"""Journeys through the history of views: Back and Forward, by keys and by the side buttons of a
mouse, restore each view with its scroll position and unsent texts; a link that leads to no view
is explained."""

from driver import NotSeen, until
from keys import ENTER, ESCAPE, clear, follow
from person_journeys import DEMO

FILTER = "[aria-label='Filter stories']"
WORDS = ".compose textarea"
GOAL = "#goal"

#: The text of the first visible row, and the position of its top in the list, in whole pixels.
PLACE = """
    const list = document.querySelector('[role=feed]');
    if (!list) return null;
    const edge = list.getBoundingClientRect().top;
    const row = [...list.querySelectorAll('[role=article]')]
        .find((each) => each.getBoundingClientRect().bottom > edge + 1);
    return row ? [row.innerText, Math.round(row.getBoundingClientRect().top - edge)] : null;
"""

#: The least scrollable height in px that the journey needs.
ROOM = 120


def value(page, css):
    return page.js("return document.querySelector(arguments[0])?.value ?? null", css)


def chosen(page, css):
    """The chosen option in a visible row of options or tabs."""
    return page.js("""
        const [css] = arguments;
        const drawn = [...document.querySelectorAll(css)].filter((each) => each.getClientRects().length > 0);
        return drawn.find((each) => each.matches('[aria-checked=true], [aria-selected=true]'))?.innerText ?? null;
    """, css)


def rows(page):
    return chosen(page, "[aria-label='Which rows'] [role=radio]")


def tab(page):
    return chosen(page, "aside [role=tab]")


def selected(page):
    """The selected story on the board."""
    return page.js("return document.querySelector('.story[aria-selected=true]')?.dataset.story ?? null")


def back(desk):
    desk.xdotool("key", "alt+Left")


def forward(desk):
    desk.xdotool("key", "alt+Right")


def comes_to(what, look, wanted):
    """Waits until a value is as before; on failure reports the present value."""
    try:
        until(what, lambda: look() == wanted)
    except NotSeen as error:
        raise NotSeen(f"{error}; it is {look()!r} and was {wanted!r}") from None


def finds_views_as_they_were_left(desk, page):
    """From the board to a story, a new story and the first start, and all the way back and forward."""
    window = desk.window_of("Musher")
    desk.xdotool("windowactivate", "--sync", window)
    # The window is low, so that even a few rows must be scrolled.
    desk.xdotool("windowsize", "--sync", window, 1180, 520)
    desk.xdotool("key", "ctrl+1")
    page.element(".board")
    page.key("/")
    page.type_into(FILTER, "late")
    until("the filter", lambda: len(page.find("[data-story]")) == 1)
    page.click_css("[data-story]")
    story = until("the selected story", lambda: selected(page))
    page.key(ENTER)
    page.see(DEMO)
    page.click("Text", css="[aria-label='Which rows'] [role=radio]")
    page.click("Why", css="aside [role=tab]")
    page.type_into(WORDS, "And one for early ones")
    until("a timeline that can be scrolled", lambda: page.js("""
        const list = document.querySelector('[role=feed]');
        return list !== null && list.scrollHeight - list.clientHeight > arguments[0];
    """, ROOM))
    page.js("document.querySelector('[role=feed]').scrollTop = 37")
    until("a row that is cut", lambda: (page.js(PLACE) or [None, 0])[1] < 0)
    place = page.js(PLACE)

    # A field still has the focus; the keys of the history work there, too.
    back(desk)
    page.element(".board")
    assert value(page, FILTER) == "late" and selected(page) == story, (value(page, FILTER), selected(page))
    forward(desk)
    page.see(DEMO)
    comes_to("the place in the timeline", lambda: page.js(PLACE), place)
    found = (rows(page), tab(page), value(page, WORDS))
    assert found == ("Text", "Why", "And one for early ones"), found

    desk.xdotool("key", "ctrl+n")
    page.type_into(GOAL, "Something else")
    follow(page, "musher://first-start")
    page.see("Start a story")
    back(desk)
    page.element(GOAL)
    comes_to("the goal", lambda: value(page, GOAL), "Something else")
    back(desk)
    page.see(DEMO)
    comes_to("the place in the timeline, once more", lambda: page.js(PLACE), place)
    # Real side buttons of a mouse: button 8 is back, 9 is forward.
    desk.xdotool("mousemove", "--window", window, 500, 300, "click", 8)
    page.element(".board")
    desk.xdotool("click", 9)
    page.see(DEMO)
    assert value(page, WORDS) == "And one for early ones", value(page, WORDS)
    forward(desk)
    comes_to("the goal, once more", lambda: value(page, GOAL), "Something else")
    forward(desk)
    page.see("Start a story")


def says_where_a_link_leads_nowhere(desk, page):
    """An unknown view, story or step is explained in a sentence, with a way back."""
    follow(page, "musher://ledger/7")
    page.see("There is no view called “ledger”.")
    page.key(ESCAPE)
    page.see_not("This link does not work")
    follow(page, "musher://story/018f0000-0000-7000-8000-00000000dead")
    page.see("This story is not here")
    page.key(ESCAPE)
    page.see_not("This story is not here")
    [story] = [each["id"] for each in desk.mush("stories") if each["title"].startswith(DEMO)]
    follow(page, f"musher://story/{story}?pos=nonsense")
    page.see("The link names a step of a story")
    page.click("Open the story")
    page.see(DEMO)
    run = desk.mush("runs")[0]["id"]
    follow(page, f"musher://story/{story}?pos={run}:stdout:1:7")
    page.see("The step of this link is not in this story.")
    page.click("Hide")
    page.see_not("The step of this link is not in this story.")
    # A link to an existing step goes there, even if a filter hides it.
    step = next(event for event in desk.mush("events", desk.mush("runs")[0]["slug"])
                if event["event"]["type"] == "text")
    pos = step["pos"]
    follow(page, f"musher://story/{story}?pos={run}:{pos['stream']}:{pos['offset']}:{pos['index']}")
    until("the step to be selected", lambda: page.find(".st.selected"))
    leaves_nothing_behind(desk, page)


def leaves_nothing_behind(desk, page):
    """Words, filters and the size of the window are as they were before."""
    clear(page, WORDS)
    desk.xdotool("key", "ctrl+1")
    page.element(".board")
    # Out of the field, if it has the focus, then out of the filter.
    page.key(ESCAPE)
    page.key(ESCAPE)
    until("the board without a filter", lambda: not page.find(FILTER))
    desk.xdotool("windowsize", "--sync", desk.window_of("Musher"), 1280, 800)
