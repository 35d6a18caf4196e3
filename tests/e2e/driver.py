"""A small WebDriver client: one session with the real window, over HTTP.

WebKitWebDriver starts the program itself, so no other driver is needed. Every wait has a time
limit; when it fails, it reports what was seen instead.
"""

import base64
import json
import pathlib
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

#: The elements that a person would click.
CLICKABLE = "button, a, [role=button], [role=option], [role=menuitem], [role=tab]"

#: The longest to wait for a state of the page, in seconds.
PATIENCE = 20.0


class NotSeen(AssertionError):
    """A wait reached its time limit."""


def until(what, look, patience=PATIENCE):
    """Calls `look` until it returns a value; fails with the last value that was seen."""
    deadline = time.monotonic() + patience
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise NotSeen(f"{what}: not within {patience:.0f} s")
        time.sleep(0.05)


class Refused(Exception):
    """The driver returned an error."""


class Driver:
    """The driver's process."""

    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"

    def ask(self, method, path, body=None, patience=60):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, method=method, data=data,
            headers={"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=patience) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise Refused(error.read().decode(errors="replace")[:600]) from error

    def is_ready(self):
        try:
            return self.ask("GET", "/status", patience=2)
        except OSError:
            return None

    def open(self, program, arguments):
        """Starts the program. Returns the session of its window."""
        options = {"binary": str(program), "args": [str(word) for word in arguments]}
        capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        opened = self.ask("POST", "/session", {"capabilities": capabilities})
        return Page(self, opened["sessionId"])


class Page:
    """The page in the window."""

    def __init__(self, driver, session):
        self.driver = driver
        self.path = f"/session/{session}"

    def ask(self, method, path, body=None):
        return self.driver.ask(method, self.path + path, body)

    def close(self):
        """Closes the window and ends the program."""
        self.ask("DELETE", "")

    def leave(self, by):
        """Ends the program by calling `by`, and waits until it has ended."""
        by()
        self.gone()

    def gone(self):
        """Waits until the program has ended by itself."""
        def ended():
            try:
                self.js("return 1")
            except (Refused, OSError):
                return True
            return False
        until("the window to end", ended)
        try:
            self.close()
        except (Refused, OSError):
            pass  # The session ended with its program.

    def js(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def invoke(self, command, arguments=None):
        """Calls a command of the shell directly. Returns its answer or its fault."""
        script = """
            const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, args).then(
                (value) => done({value: value instanceof ArrayBuffer
                    ? JSON.parse(new TextDecoder().decode(value)) : value}),
                (fault) => done({fault}));
        """
        body = {"script": script, "args": [command, arguments or {}]}
        return self.ask("POST", "/execute/async", body)

    def listen(self, event):
        """Collects the events of this name, for `heard`."""
        self.js("""
            const [event] = arguments;
            window.heard = {...window.heard, [event]: []};
            const internals = window.__TAURI_INTERNALS__;
            const handler = internals.transformCallback(
                ({payload}) => window.heard[event].push(payload));
            internals.invoke('plugin:event|listen', {event, target: {kind: 'Any'}, handler});
        """, event)

    def heard(self, event):
        return self.js("return window.heard[arguments[0]]", event)

    def text(self):
        return self.js("return document.body.innerText")

    def find(self, css):
        """The visible elements that match."""
        found = self.ask("POST", "/elements", {"using": "css selector", "value": css})
        return [entry[ELEMENT] for entry in found]

    def see(self, text, patience=PATIENCE):
        """Waits until the text is shown."""
        try:
            until(f"the text {text!r}", lambda: text in self.text(), patience)
        except NotSeen as error:
            raise NotSeen(f"{error}; the page says:\n{self.text()}") from None

    def see_not(self, text, patience=PATIENCE):
        """Waits until the text is not shown any more."""
        until(f"the text {text!r} to go", lambda: text not in self.text(), patience)

    def element(self, css, patience=PATIENCE):
        try:
            return until(f"an element {css}", lambda: self.find(css), patience)[0]
        except NotSeen as error:
            raise NotSeen(f"{error}; the page says:\n{self.text()}") from None

    def named(self, name, css=CLICKABLE):
        """The first clickable element whose text or label contains the name."""
        script = """
            const [css, name] = arguments;
            const words = (element) => `${element.getAttribute('aria-label') ?? ''}\\n${element.innerText}`;
            const drawn = [...document.querySelectorAll(css)]
                .filter((element) => element.getClientRects().length > 0);
            const begins = (line) => line.trim().startsWith(name);
            return drawn.find((element) => words(element).split('\\n').some(begins))
                ?? drawn.find((element) => words(element).includes(name)) ?? null;
        """
        found = self.js(script, css, name)
        return found and found[ELEMENT]

    def click(self, name, css=CLICKABLE):
        """Clicks the button with this name with the pointer, once it is enabled."""
        def pressable():
            found = self.named(name, css)
            is_on = "return !arguments[0].disabled"
            return found if found and self.js(is_on, {ELEMENT: found}) else None

        try:
            found = until(f"a button {name!r} that can be pressed", pressable)
        except NotSeen as error:
            raise NotSeen(f"{error}; the page says:\n{self.text()}") from None
        self.ask("POST", f"/element/{found}/click", {})

    def click_css(self, css):
        self.ask("POST", f"/element/{self.element(css)}/click", {})

    def type_into(self, css, text):
        self.ask("POST", f"/element/{self.element(css)}/value", {"text": text})

    def key(self, *keys):
        """Presses keys one after the other, for the focused element."""
        presses = []
        for key in keys:
            presses += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        actions = [{"type": "key", "id": "keyboard", "actions": presses}]
        self.ask("POST", "/actions", {"actions": actions})

    def screenshot(self, path):
        """Takes a picture. A page without changes is not drawn again, so a dot is moved."""
        self.js("""
            const dot = document.createElement('div');
            dot.style.cssText = 'position: fixed; left: 0; bottom: 0; width: 1px; height: 1px;';
            document.body.append(dot);
            let frames = 0;
            const move = setInterval(() => {
                dot.style.background = frames % 2 ? '#80808001' : '#80808002';
                frames += 1;
                if (frames > 20) { clearInterval(move); dot.remove(); }
            }, 50);
        """)
        picture = base64.b64decode(self.ask("GET", "/screenshot"))
        pathlib.Path(path).write_bytes(picture)
