"""Journeys about answering questions: stray keys, held keys and accidental presses answer nothing;
answers reach the agent under the right question; and nothing can be allowed before its end was
visible.

The agent is a script that asks what a journey gives it and stores the answer.
"""

import json

import repository
from driver import until
from fake_agents import AgentStory
from keys import CONTROL, ENTER, ESCAPE, SPACE, chord, follow
from window_journeys import start, state

#: How long to wait until the agent asks, in seconds.
ASKED = 30

FOCUSED = "return document.activeElement?.matches(arguments[0]) ?? false"


class Asking(AgentStory):
    """A story whose agent asks."""

    def __init__(self, desk, page, name, tool, request):
        asks = {"asks.json": {"tool": tool, "input": request}}
        super().__init__(desk, page, name, "asking-agent/asking_agent.py", asks)

    def open(self):
        """Opens the story and waits for the card."""
        until("the question", self.question, ASKED)
        super().open()
        self.page.element(".card", ASKED)
        return self

    def question(self):
        """Its open question; `None` if it has none."""
        open_ones = self.desk.mush("questions")
        return next((each for each in open_ones if each["story"] == self.story), None)

    def stays_open(self):
        """Asserts that neither Musher nor the agent has an answer."""
        assert self.question() is not None, self.desk.mush("questions", "--all")
        assert not (self.folder / "answers.jsonl").exists()
        return self

    def got(self):
        """What the agent received: its answers, or the message of a refusal."""
        kept = self.folder / "answers.jsonl"
        text = until("the answer", lambda: kept.exists() and kept.read_text().strip())
        response = json.loads(text)["response"]["response"]
        if response["behavior"] == "deny":
            return response["message"]
        return response["updatedInput"].get("answers", "allow")


def button(page, name):
    """Whether the card's button with this beginning is enabled; `None` if it does not exist."""
    return page.js("""
        const found = [...document.querySelectorAll('.card .acts button')]
            .find((each) => each.innerText.startsWith(arguments[0]));
        return found ? !found.disabled : null;
    """, name)


def takes_answers(page, name="Allow once"):
    """Waits until the card accepts answers."""
    until(f"{name!r} to take an answer", lambda: button(page, name))


def types_without_answering(desk, page):
    """Text that is typed without a focused field, and held keys, answer, start and stop nothing."""
    asking = Asking(desk, page, "stray-keys", "Bash", {"command": "rm -rf build"}).open()
    # Just after the card appeared, nothing answers.
    chord(page, CONTROL, ENTER)
    asking.stays_open()
    takes_answers(page)
    for words in ("add tests first", "s s a a d d r r i i"):
        page.key(*words)
    asking.stays_open()
    assert "press again" not in page.text(), page.text()
    window = desk.window_of("Musher")
    desk.xdotool("windowactivate", "--sync", window)
    # Real keys of the X server, which repeats held keys.
    for keys in (["a"], ["s"], ["d"], ["ctrl", "Return"]):
        held = [word for key in keys[:-1] for word in ("keydown", key)]
        let_go = [word for key in keys[:-1] for word in ("keyup", key)]
        if keys[-1] == "Return":
            # D led to the changes, and leads back.
            page.key("d")
            # A field has the focus, so even the first press is not an answer.
            page.click_css(".compose textarea")
        desk.xdotool(*held, "keydown", keys[-1], "sleep", 1.2, "keyup", keys[-1], *let_go)
    asking.stays_open()
    page.key(ESCAPE)
    # The intended way: N focuses the card, and Enter answers it.
    page.key("n")
    until("the card to have the focus", lambda: page.js(FOCUSED, ".card"))
    page.key(ENTER)
    asking.stays_open()
    takes_answers(page)
    page.key(ENTER)
    assert asking.got() == "allow"


def holds_a_key_while_questions_come(desk, page):
    """A letter that is held from before questions come answers nothing; the keys that allow answer the question
    that they were pressed for, and held on they do not answer the next one."""
    project = repository.make(desk.folder / "held-keys", desk.env)
    story = start(page, project, "Held keys", "[[demo:ask2]]")

    def open_ones():
        return len([each for each in desk.mush("questions") if each["story"] == story])

    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"))
    follow(page, f"musher://story/{story}")
    # The window system repeats what is held.
    desk.xdotool("keydown", "a")
    try:
        takes_answers(page)
        until("both questions", lambda: open_ones() == 2)
        desk.xdotool("sleep", 1)
    finally:
        desk.xdotool("keyup", "a")
    assert open_ones() == 2, desk.mush("questions", "--all")
    desk.xdotool("keydown", "Control_L", "keydown", "Return")
    try:
        until("one answer", lambda: open_ones() == 1)
        takes_answers(page)
        desk.xdotool("sleep", 1)
    finally:
        desk.xdotool("keyup", "Return", "keyup", "Control_L")
    assert open_ones() == 1, desk.mush("questions", "--all")
    takes_answers(page)
    chord(page, CONTROL, ENTER)
    until("the story to be done", lambda: state(page, "held-keys") == "done")


def denies_with_words_only(desk, page):
    """Enter in an empty field is not an answer, and neither is an Enter that ends the composition
    of a word."""
    asking = Asking(desk, page, "empty-field", "Bash", {"command": "rm -rf build"}).open()
    takes_answers(page)
    page.click_css(".card .acts input")
    takes_answers(page)
    page.key(ENTER)
    asking.stays_open()
    page.js("""
        const input = document.querySelector('.card .acts input');
        input.value = 'にほ';
        input.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true}));
        const enter = () => {
            for (const part of [{isComposing: true}, {keyCode: 229}]) {
                input.dispatchEvent(
                    new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, ...part}));
            }
        };
        enter();
        input.value = '';
        input.dispatchEvent(new InputEvent('input', {bubbles: true}));
        enter();
    """)
    asking.stays_open()
    page.type_into(".card .acts input", f"keep it{ENTER}")
    assert asking.got() == "keep it"


def answers_nothing_while_a_letter_is_composed(desk, page):
    """Keys of the X server, composed by GTK's own input method: the Enter that ends the composition answers nothing,
    and what was composed is the reason."""
    asking = Asking(desk, page, "composing", "Bash", {"command": "rm -rf build"}).open()
    takes_answers(page)
    page.click_css(".card .acts input")
    page.js("""
        window.composed = [];
        const input = document.querySelector('.card .acts input');
        for (const kind of ['compositionstart', 'compositionend', 'keydown'])
            input.addEventListener(kind, (event) => window.composed.push(
                [kind, event.key ?? event.data, event.isComposing ?? null, event.keyCode ?? null]), true);
    """)
    events = lambda kind: [each for each in page.js("return window.composed") if each[0] == kind]
    value = lambda: page.js("return document.querySelector('.card .acts input').value")
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"))
    # The code point of a letter, in hexadecimal digits: it is composed until Enter.
    desk.xdotool("key", "ctrl+shift+u")
    until("a composition", lambda: events("compositionstart"))
    desk.xdotool("key", "e", "key", "9")
    desk.xdotool("key", "Return")
    until("the letter", lambda: value() == "é")
    until("the composition to end", lambda: events("compositionend"))
    asking.stays_open()
    desk.xdotool("key", "Return")
    assert asking.got() == "é", page.js("return window.composed")


def gives_the_focus_back(desk, page):
    """After the palette and the list of keys were closed, typing continues in the same element as
    before."""
    asking = Asking(desk, page, "focus", "Bash", {"command": "make"}).open()
    takes_answers(page)
    for field in (".compose textarea", ".card .acts input"):
        page.click_css(field)
        page.key(*"one")
        chord(page, CONTROL, "k")
        page.element(".palette")
        page.key(ESCAPE)
        until("the focus to be back", lambda: page.js(FOCUSED, field))
        page.key(*" two")
        value = page.js("return document.querySelector(arguments[0]).value", field)
        assert value == "one two", value
    # Here the card itself has the focus, and the list of keys is opened.
    page.js("document.activeElement.blur()")
    page.key("n")
    until("the card to have the focus", lambda: page.js(FOCUSED, ".card"))
    page.key("?")
    page.see("All keys")
    page.key(ESCAPE)
    until("the card to have the focus again", lambda: page.js(FOCUSED, ".card"))
    page.js("""
        for (const each of document.querySelectorAll('.compose textarea, .card .acts input')) {
            each.value = ''; each.dispatchEvent(new InputEvent('input', {bubbles: true}));
        }
    """)
    asking.stays_open()
    takes_answers(page)
    chord(page, CONTROL, ENTER)
    assert asking.got() == "allow"


def reads_to_the_end_first(desk, page, pictures):
    """A command of 61 lines can be allowed only after its end was visible, also in a low window
    with large text."""
    command = "\n".join(f"echo {line} >> list.txt" for line in range(61))
    asking = Asking(desk, page, "sixty-one", "Bash", {"command": command})
    window = desk.window_of("Musher")
    desk.xdotool("windowsize", "--sync", window, 720, 480)
    # At 150 % of the usual size.
    resize_text(desk, page, "ctrl+equal", lambda width: width <= 480)
    try:
        asking.open()
        until("what is missing to be said", lambda: button(page, "Read to the end first") is False)
        page.key("n")
        until("the card to have the focus", lambda: page.js(FOCUSED, ".card"))
        pictures.take(page, "question-low")
        room = page.js("return document.querySelector('.card .what').clientHeight")
        assert room >= 40, room
        page.key(ENTER)
        chord(page, CONTROL, ENTER)
        asking.stays_open()
        for _ in range(80):
            if button(page, "Allow once") is not None:
                break
            page.key(SPACE)
        takes_answers(page)
        page.key(ENTER)
        assert asking.got() == "allow"
    finally:
        resize_text(desk, page, "ctrl+minus", lambda width: width >= 720)
        desk.xdotool("windowsize", "--sync", window, 1280, 760)


def resize_text(desk, page, key, is_enough):
    """Presses a key that changes the text size until the page has the wanted width."""
    desk.xdotool("windowactivate", "--sync", desk.window_of("Musher"))
    while not is_enough(width := page.js("return innerWidth")):
        desk.xdotool("key", key)
        until("the text to change its size", lambda: page.js("return innerWidth") != width)


def choice(question, labels, several=False):
    return {"question": question, "header": question[0], "multiSelect": several,
            "options": [{"label": label} for label in labels]}


def choose(page, question, label):
    """Clicks an option of the choice at this index."""
    page.js("""
        const set = document.querySelectorAll('.card fieldset')[arguments[0]];
        [...set.querySelectorAll('label')].find((each) => each.innerText.trim() === arguments[1]).click();
    """, question, label)


def write(page, question, text):
    page.click_css(f".card fieldset:nth-of-type({question + 1}) .own input")
    page.key(*text)


def answers_each_question(desk, page, pictures):
    """Labels and free words belong to the choice that they were given to, even if labels are equal."""
    yes_no = {"questions": [choice("Cache?", ["Yes", "No"]), choice("Retry?", ["Yes", "No"])]}
    asking = Asking(desk, page, "alike", "AskUserQuestion", yes_no).open()
    choose(page, 1, "Yes")
    write(page, 0, "only on disk")
    pictures.take(page, "question-several")
    takes_answers(page, "Answer")
    page.click("Answer")
    assert asking.got() == {"Cache?": "only on disk", "Retry?": "Yes"}
    page.see("Cache? only on disk")
    page.see("Retry? Yes")

    letters = {"questions": [choice("Which?", ["A", "B", "C"], True), choice("Default?", ["A", "B"])]}
    asking = Asking(desk, page, "letters", "AskUserQuestion", letters).open()
    choose(page, 0, "A")
    assert button(page, "Answer") is False
    choose(page, 1, "B")
    takes_answers(page, "Answer")
    chord(page, CONTROL, ENTER)
    assert asking.got() == {"Which?": "A", "Default?": "B"}

    asking = Asking(desk, page, "remark", "AskUserQuestion", yes_no).open()
    choose(page, 0, "No")
    choose(page, 1, "Yes")
    write(page, 1, "but keep the old file")
    takes_answers(page, "Answer")
    page.key(ENTER)
    assert asking.got() == {"Cache?": "No", "Retry?": "Yes, but keep the old file"}

    for name, labels in (("colour", ["Red", "Blue"]), ("free", [])):
        one = {"questions": [choice("Which colour?", labels)]}
        asking = Asking(desk, page, name, "AskUserQuestion", one).open()
        write(page, 0, "Green, like the old logo")
        takes_answers(page, "Answer")
        page.key(ENTER)
        assert asking.got() == {"Which colour?": "Green, like the old logo"}


def starts_two_in_one_repository(desk, page):
    """Two stories with equal goals in the same repository each get a branch that is named after the
    goal."""
    project = repository.make(desk.folder / "twice", desk.env)
    goals = ("Fix the login", "Fix the login", "Исправь вход")
    for goal in goals:
        chord(page, CONTROL, "n")
        page.type_into("[aria-label='Path of the folder']", str(project))
        page.click("Read it")
        page.type_into("#goal", goal)
        before = len(desk.mush("stories"))
        chord(page, CONTROL, ENTER)
        until("the story", lambda: len(desk.mush("stories")) > before)
    branches = [story["branch"] for story in desk.mush("stories")][-3:]
    assert branches == ["musher/fix-the-login", "musher/fix-the-login-2", "musher/isprav-vkhod"], branches
