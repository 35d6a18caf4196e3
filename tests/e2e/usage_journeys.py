"""Journeys through charts: the Usage view, opened by key, read with arrow keys, down to a story and
back; and the turns of a story."""

import pathlib
import re

from driver import until
from keys import END, ENTER, ESCAPE, HOME, LEFT, UP

ROOT = pathlib.Path(__file__).resolve().parents[2]

CHART = "main [role=slider]"

#: The chart of a story's turns, beside its timeline.
TURNS = "aside [role=slider]"


def attribute(page, name, chart=CHART):
    """An attribute of the chart; empty if there is no chart."""
    script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? ''"
    return page.js(script, chart, name)


def read(page):
    """The description of the chosen bar or part, as a screen reader reads it."""
    return attribute(page, "aria-valuetext")


def reads_turns_of_a_story(desk, page, pictures):
    """The turns of a story have the sum that `mush` prints, can be read by keys, and lead to their
    place in the timeline."""
    page.click("Usage", css="aside [role=tab]")
    page.element(TURNS)
    [row] = desk.mush("usage", "--by", "story")
    dollars, turns = f"${row['cost_micros'] / 1e6:.2f}", row["turns"]
    finding = until("the turns", lambda: attribute(page, "aria-label", TURNS))
    assert finding.startswith(f"{turns} turns, {dollars};"), (finding, row)
    page.js("document.activeElement.blur()")
    page.key("u")
    until("the chart to have the focus",
          lambda: page.js("return document.activeElement.matches(arguments[0])", TURNS))
    page.key(END)
    said = until("the last turn", lambda: attribute(page, "aria-valuetext", TURNS))
    assert said.startswith(f"Turn {turns}, ") and "reported by the agent" in said, said
    pictures.take(page, "story-usage")
    page.key(HOME)
    until("the first turn", lambda: attribute(page, "aria-valuetext", TURNS).startswith("Turn 1, "))
    page.key(ENTER)
    until("a step of the timeline", lambda: page.find(".st.selected"))
    breaks_no_rule_of_accessibility(desk, page)


def is_empty_at_first(desk, page, pictures):
    """Before the first run, the view explains what it will show, with an example, and shows no
    zeros."""
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"))
    desk.xdotool("key", "ctrl+2")
    page.see("Nothing used yet")
    page.see("An example.")
    pictures.take(page, "usage-empty")
    page.key(ESCAPE)
    page.see("No stories yet")


def opens_by_its_key(desk, page):
    """The view opens by key, takes the focus, and has the same total as `mush`."""
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"))
    desk.xdotool("key", "ctrl+2")
    page.element(CHART)
    until("the chart to have the focus",
          lambda: page.js("return document.activeElement.matches(arguments[0])", CHART))
    rows = desk.mush("usage", "--by", "model")
    assert rows, "nothing was used"
    dollars = sum(row["cost_micros"] for row in rows) / 1e6
    figure = page.js("return document.querySelector('main .figure').innerText")
    assert f"${dollars:.2f}" in figure, (figure, rows)
    finding = attribute(page, "aria-label")
    assert f"${dollars:.2f} in the 30 days to today" in finding.replace("\u202f", " "), finding


def reads_by_arrows(desk, page, pictures):
    """Arrow keys go from bar to bar, Home and End to the ends, and the legend shows the chosen bar."""
    assert read(page).startswith("Today, so far"), read(page)
    pictures.take(page, "usage")
    page.key(LEFT)
    until("yesterday", lambda: read(page) == "Yesterday, nothing used")
    page.see("Yesterday")
    page.key(HOME)
    until("the first bar", lambda: attribute(page, "aria-valuenow") == "1")
    page.key(END)
    until("the last bar", lambda: read(page).startswith("Today, so far"))
    # Opens the hours of the day, and returns.
    page.key(ENTER)
    until("the day's hours", lambda: int(attribute(page, "aria-valuemax")) in (23, 24, 25))
    page.see("Zoom out")
    page.key(ESCAPE)
    until("the month again", lambda: attribute(page, "aria-valuemax") == "30")


def drills_down_to_a_story(desk, page, pictures):
    """Grouped by story, a part of the bar is chosen by keys and opened; Esc returns to the same
    state."""
    page.click("Story", css="[aria-label='Stacked by'] button")
    titles = [story["title"] for story in desk.mush("stories")]
    until("the stories in the legend",
          lambda: any(title in page.js("return document.querySelector('.legend').innerText")
                      for title in titles))
    page.js("document.querySelector(arguments[0]).focus()", CHART)
    page.key(END)
    page.key(UP)
    until("a part of the bar", lambda: any(read(page).startswith(f"{title}, ") for title in titles))
    pictures.take(page, "usage-by-story")
    [title] = [title for title in titles if read(page).startswith(f"{title}, ")]
    page.key(ENTER)
    page.element("[aria-label=Story]")
    head = page.js("return document.querySelector('h1').innerText")
    assert title in head, (title, head)
    page.key(ESCAPE)
    page.element(CHART)
    pressed = page.js("""
        return document.querySelector("[aria-label='Stacked by'] [aria-checked=true]").innerText
    """)
    assert pressed == "Story", pressed


def breaks_no_rule_of_accessibility(desk, page):
    """Axe finds no accessibility problems in the view, in the real web view."""
    page.js((ROOT / "ui/node_modules/axe-core/axe.min.js").read_text() + "; window.axe = axe;")
    script = """
        const done = arguments[0];
        window.axe.run(document.body).then(
            ({violations}) => done(violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)])),
            (error) => done([[String(error), []]]));
    """
    found = page.ask("POST", "/execute/async", {"script": script, "args": []})
    assert found == [], found


def goes_back_to_the_board(desk, page):
    """Esc goes one level up; on return the choices are unchanged."""
    page.key(ESCAPE)
    page.element(".board")
    desk.xdotool("key", "ctrl+2")
    page.element(CHART)
    assert re.match(r"Story\b", page.js("""
        return document.querySelector("[aria-label='Stacked by'] [aria-checked=true]").innerText
    """))
    desk.xdotool("key", "ctrl+1")
    page.element(".board")
