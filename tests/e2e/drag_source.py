#!/usr/bin/env python3
"""A window from which folders can be dragged, like a file manager; its texts are their paths.

It prints `begun` when a drag has begun.
"""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

uris = [pathlib.Path(word).absolute().as_uri() for word in sys.argv[1:]]
window = Gtk.Window(title="Drag source")
window.set_default_size(160, 100)
box = Gtk.EventBox()
box.add(Gtk.Label(label="drag me"))
window.add(box)
target = Gtk.TargetEntry.new("text/uri-list", 0, 0)
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [target], Gdk.DragAction.COPY)
box.connect("drag-data-get", lambda _box, _context, data, _info, _time: data.set_uris(uris))
box.connect("drag-begin", lambda *_: print("begun", flush=True))
window.connect("destroy", Gtk.main_quit)
window.show_all()
Gtk.main()
