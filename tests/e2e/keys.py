"""Keys as WebDriver writes them, and what is done with them."""

from driver import until

ENTER = "\ue007"
CONTROL = "\ue009"
ESCAPE = "\ue00c"
SPACE = " "
END, HOME = "\ue010", "\ue011"
LEFT, UP, DOWN = "\ue012", "\ue013", "\ue015"
BACKSPACE = "\ue003"


def chord(page, modifier, key):
    """Presses a key while another is held."""
    presses = [{"type": "keyDown", "value": modifier}, {"type": "keyDown", "value": key},
               {"type": "keyUp", "value": key}, {"type": "keyUp", "value": modifier}]
    page.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": presses}]})


def follow(page, words):
    """Goes where a link or the name of a story leads, by the palette."""
    chord(page, CONTROL, "k")
    page.type_into(".palette input", words)
    page.key(ENTER)


def clear(page, css):
    """Empties a field by keys: of the driver's own way to do it the page hears nothing."""
    page.click_css(css)
    chord(page, CONTROL, "a")
    page.key(BACKSPACE)
    is_empty = "return (document.querySelector(arguments[0])?.value ?? '') === ''"
    until("the field to be empty", lambda: page.js(is_empty, css))
