#!/usr/bin/env python3
"""Renders the pictures that the window, the installers and the tray take from the drawings here.

Needs rsvg-convert. Run it by hand after a drawing has changed and commit what it writes.
"""

import pathlib
import struct
import subprocess

HERE = pathlib.Path(__file__).parent
TILE = "#233746"
PALE = "#eef3f5"
AMBER = "#f0a24b"
#: Below this size the drawing with fewer and thicker strokes is used.
SMALL = 48
#: The members of an icns file: type and pixels.
ICNS = [("icp4", 16), ("icp5", 32), ("ic07", 128), ("ic08", 256), ("ic09", 512),
        ("ic11", 32), ("ic12", 64), ("ic13", 256), ("ic14", 512)]
ICO = [16, 24, 32, 48, 64, 256]
TRAY = {"idle": PALE, "running": PALE, "waiting": AMBER, "limited": PALE}


def png(drawing: bytes, size: int) -> bytes:
    """The drawing as a picture of size x size pixels."""
    command = ["rsvg-convert", "-w", str(size), "-h", str(size)]
    return subprocess.run(command, input=drawing, stdout=subprocess.PIPE, check=True).stdout


def app(size: int) -> bytes:
    name = "app-small.svg" if size < SMALL else "app.svg"
    return png((HERE / name).read_bytes(), size)


def ico() -> bytes:
    """Pictures behind a directory of 16 bytes each; 256 is written as 0."""
    pictures = [app(size) for size in ICO]
    head = struct.pack("<HHH", 0, 1, len(ICO))
    offset = len(head) + 16 * len(ICO)
    for size, picture in zip(ICO, pictures):
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    return head + b"".join(pictures)


def icns() -> bytes:
    members = b""
    for kind, size in ICNS:
        picture = app(size)
        members += kind.encode() + struct.pack(">I", len(picture) + 8) + picture
    return b"icns" + struct.pack(">I", len(members) + 8) + members


def tray(state: str) -> bytes:
    """The state's mark, which is drawn on 16, on a tile that shows on light and dark panels."""
    drawing = (HERE / f"tray-{state}.svg").read_text()
    mark = drawing[drawing.index(">") + 1:drawing.rindex("</svg>")]
    colour = TRAY[state]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">'
            f'<rect width="20" height="20" rx="5" fill="{TILE}"/>'
            f'<g transform="translate(2 2)" fill="{colour}" color="{colour}">{mark}</g></svg>').encode()


def main() -> None:
    for name, size in [("32x32", 32), ("128x128", 128), ("128x128@2x", 256), ("icon", 512)]:
        (HERE / f"{name}.png").write_bytes(app(size))
    (HERE / "icon.ico").write_bytes(ico())
    (HERE / "icon.icns").write_bytes(icns())
    for state in TRAY:
        (HERE / f"tray-{state}.png").write_bytes(png(tray(state), 40))
        # macOS colours it itself.
        template = (HERE / f"tray-{state}.svg").read_bytes()
        (HERE / f"tray-{state}-template.png").write_bytes(png(template, 44))


if __name__ == "__main__":
    main()
