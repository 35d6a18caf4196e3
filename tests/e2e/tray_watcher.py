#!/usr/bin/env python3
"""A tray on the session bus: accepts items and, asked by a line on its input, prints one as JSON.

`look` prints the properties of the newest item, `click` activates it. There is no ready-made mock of
`org.kde.StatusNotifierWatcher`, so this is the least of it that programs talk to.
"""

import json
import sys
import threading

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
INTERFACE = f"""<node><interface name="{NAME}">
<method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
<method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
<property name="RegisteredStatusNotifierItems" type="as" access="read"/>
<property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
<property name="ProtocolVersion" type="i" access="read"/>
<signal name="StatusNotifierItemRegistered"><arg type="s"/></signal>
</interface></node>"""

items = []
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


def call(interface, method, parameters):
    name, path = items[-1]
    return bus.call_sync(name, path, interface, method, parameters, None, 0, 3000, None)


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
threading.Thread(target=listen, daemon=True).start()
loop.run()
