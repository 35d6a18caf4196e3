"""Journeys of words that were not sent: they stay with their story wherever a person is led meanwhile, of what was
sent only that is taken away, and what cannot be sent is said."""

import base64
import subprocess

import repository
from answer_journeys import Asking, takes_answers
from desk import end
from driver import until
from fake_agents import Speaking, result, text
from keys import CONTROL, ENTER, chord, clear
from view_journeys import GOAL, WORDS, value
from window_journeys import start

REASON = ".card .acts input"

#: A picture of one point.
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==")

#: Keeps the answers to requests back until `window.release` is called, as an engine does that is busy.
HOLD = """
    const {fetch} = window;
    const held = new Promise((go) => { window.release = () => { window.fetch = fetch; go(); }; });
    window.fetch = async (url, ...rest) => {
        const answer = await fetch(url, ...rest);
        if (String(url).endsWith('/ask')) { window.isHeld = true; await held; }
        return answer;
    };
"""


def keeps_words_when_led_away(desk, page):
    """What stands in both fields of a story is found again after the board, a click on a notification, a dropped
    folder, which is added to it, and a second start with a folder."""
    asking = Asking(desk, page, "unsent", "Bash", {"command": "make"}).open()
    page.type_into(WORDS, "And add a test")
    page.type_into(REASON, "not before lunch")
    folder = repository.make(desk.folder / "elsewhere", desk.env)

    def is_found():
        asking.open()
        found = (value(page, WORDS), value(page, REASON))
        assert found == ("And add a test", "not before lunch"), found

    page.click("Board", css="nav a, nav button")
    page.element(".board")
    is_found()
    start(page, folder, "Elsewhere", "[[demo:ask]]")
    number, _shown = desk.notified("Elsewhere", 30)
    desk.click_notification(number)
    until("the other story", lambda: page.js("return document.querySelector('h1')?.innerText") == "Elsewhere")
    is_found()
    # What is dropped on the story goes into its prompt, behind the words.
    desk.drag([folder], page)
    words = lambda: value(page, WORDS)
    until("the path in the prompt", lambda: words().startswith("And add a test") and str(folder) in words())
    clear(page, WORDS)
    page.type_into(WORDS, "And add a test")
    is_found()
    subprocess.run([str(desk.programs / "musher"), str(folder)], env=desk.env, cwd=desk.folder, check=True,
                   stdin=subprocess.DEVNULL, timeout=20)
    page.element(GOAL)
    is_found()
    desk.mush("stop", "elsewhere")
    for field in (WORDS, REASON):
        clear(page, field)
    takes_answers(page)
    page.click("Allow once")
    assert asking.got() == "allow"


def keeps_what_was_written_meanwhile(desk, page):
    """While the engine takes what was sent a person writes on: only what was sent goes from the field."""
    story = Speaking(desk, page, "meanwhile", [text("Done."), result()])
    story.becomes("done").open()
    page.click_css(WORDS)
    page.js(HOLD)
    page.key(*"first thought")
    chord(page, CONTROL, ENTER)
    until("the request to be on its way", lambda: page.js("return window.isHeld ?? false"))
    page.key(*" and second thought")
    page.js("window.release()")
    until("what was sent to go", lambda: value(page, WORDS).strip() == "and second thought")
    until("the prompt", lambda: story.prompts()[1:] == ["first thought"], 30)
    story.becomes("done")
    assert value(page, WORDS).strip() == "and second thought", value(page, WORDS)
    clear(page, WORDS)


def copies(desk, kind, content):
    """A program that has this in the clipboard, as long as it runs."""
    source = desk.folder / "copied"
    source.write_bytes(content)
    return desk.start("copied", "xclip", "-quiet", "-selection", "clipboard", "-t", kind, "-i", source)


def says_that_an_image_cannot_be_pasted(desk, page):
    """An image that is pasted is refused in a sentence, in a story and in a new one; words are pasted as ever."""
    story = Speaking(desk, page, "picture", [text("Done."), result()])
    story.becomes("done").open()
    window = desk.window_of("Musher")
    for css in (WORDS, GOAL):
        if css == GOAL:
            chord(page, CONTROL, "n")
        page.click_css(css)
        for kind, content in (("image/png", PICTURE), ("UTF8_STRING", b"words")):
            owner = copies(desk, kind, content)
            try:
                until("the clipboard", lambda: kind in targets(desk))
                desk.xdotool("windowactivate", "--sync", window, "key", "ctrl+v")
                if kind == "image/png":
                    page.see("An image cannot be pasted here. Save it in a file and name the file.")
                    assert value(page, css) == "", value(page, css)
                else:
                    until("the words", lambda: value(page, css) == "words")
                    page.see_not("An image cannot be pasted here")
            finally:
                end(owner)
        clear(page, css)


def targets(desk):
    """The forms in which the clipboard has what is in it."""
    asked = subprocess.run(["xclip", "-selection", "clipboard", "-t", "TARGETS", "-o"], env=desk.env,
                           capture_output=True, text=True, timeout=10)
    return asked.stdout.split()
