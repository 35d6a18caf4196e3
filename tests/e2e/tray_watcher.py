#!/usr/bin/env python3
"""A tray on the session bus. It accepts items, reads commands as lines and prints an answer to each
as JSON.

`look` prints the properties of the newest item, `click` activates it, `menu` prints the entries
of its menu including submenus, `choose N` clicks the entry with this number, `changes` prints
when the menu reported changes, in milliseconds. There is no existing mock of
`org.kde.StatusNotifierWatcher`; this is the part of it that programs use.
"""

import json
import sys
import threading

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
INTERFACE = f"""<node><interface name="{NAME}">
<method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
<method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
<property name="RegisteredStatusNotifierItems" type="as" access="read"/>
<property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
<property name="ProtocolVersion" type="i" access="read"/>
<signal name="StatusNotifierItemRegistered"><arg type="s"/></signal>
</interface></node>"""

items = []
changes = []
bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def say(**facts):
    print(json.dumps(facts), flush=True)


def called(_bus, sender, _path, _interface, method, parameters, invocation):
    if method == "RegisterStatusNotifierItem":
        word = parameters[0]
        items.append((sender, word) if word.startswith("/") else (word, "/StatusNotifierItem"))
        say(item=word)
    invocation.return_value(None)


def asked(_bus, _sender, _path, _interface, name):
    return {
        "RegisteredStatusNotifierItems": GLib.Variant("as", [name + path for name, path in items]),
        "IsStatusNotifierHostRegistered": GLib.Variant("b", True),
        "ProtocolVersion": GLib.Variant("i", 0),
    }[name]


def call(interface, method, parameters, path=None):
    name, own = items[-1]
    return bus.call_sync(name, path or own, interface, method, parameters, None, 0, 3000, None)


def menu_path():
    wanted = GLib.Variant("(ss)", (ITEM, "Menu"))
    return call("org.freedesktop.DBus.Properties", "Get", wanted).unpack()[0]


def entries():
    """The visible entries of the menu, including submenus, without separators."""
    layout = call(MENU, "GetLayout", GLib.Variant("(iias)", (0, -1, [])), menu_path())
    found = []

    def walk(node):
        number, properties, children = node
        if properties.get("label"):
            # A single underscore marks an access key; two stand for one underscore.
            text = properties["label"].replace("__", "\0").replace("_", "").replace("\0", "_")
            found.append({"id": number, "text": text, "on": properties.get("enabled", True)})
        for child in children:
            walk(child)
    walk(layout.unpack()[1])
    return found


def choose(number):
    """Clicks an entry. Returns whether the menu still had it."""
    event = GLib.Variant("(isvu)", (number, "clicked", GLib.Variant("s", ""), 0))
    try:
        call(MENU, "Event", event, menu_path())
    except GLib.Error:
        return False
    return True


def changed(_bus, _sender, _path, _interface, signal, _parameters):
    if signal in ("LayoutUpdated", "ItemsPropertiesUpdated"):
        changes.append(GLib.get_monotonic_time() // 1000)


def obey(word):
    try:
        if word == "look":
            wanted = GLib.Variant("(s)", (ITEM,))
            seen = call("org.freedesktop.DBus.Properties", "GetAll", wanted).unpack()[0]
            tip = seen.get("ToolTip") or ("", [], "", "")
            pixels = sum(len(picture[2]) for picture in seen.get("IconPixmap", []))
            say(title=seen.get("Title"), tip=tip[2], pixels=pixels)
        elif word == "click":
            call(ITEM, "Activate", GLib.Variant("(ii)", (5, 5)))
            say(clicked=True)
        elif word == "menu":
            say(menu=entries())
        elif word.startswith("choose "):
            say(chosen=choose(int(word.split()[1])))
        elif word == "changes":
            say(changes=changes)
    except (GLib.Error, IndexError) as error:
        say(error=str(error))
    return False


def listen():
    for line in sys.stdin:
        GLib.idle_add(obey, line.strip())
    loop.quit()


loop = GLib.MainLoop()
interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
bus.register_object("/StatusNotifierWatcher", interface, called, asked, None)
Gio.bus_own_name_on_connection(bus, NAME, 0, lambda *_: say(owned=True), None)
bus.signal_subscribe(None, MENU, None, None, None, 0, changed)
threading.Thread(target=listen, daemon=True).start()
loop.run()
