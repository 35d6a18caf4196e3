// A change with a file of every kind: renamed, with other permissions, an image, a submodule, a huge file, hostile names.

import type { FileImage } from "../../protocol";
import { scripted, side, type FakeFile } from "./script";

const BEFORE =
  "iVBORw0KGgoAAAANSUhEUgAAAGAAAABgCAYAAADimHc4AAABDElEQVR42u3cyQ0CQRAEwTEMm7AJT+HLf6WpPqKkdiDjucc5ZmZm" +
  "ZmZmZv97vT/fp6fi5eBACkaHUSz8aohK4VdBVA4/HqJT/HEIHeOPQOgcvj3EpPjtECbGb4MwOX55hA3xyyJsil8OYWP8UggAxN+J" +
  "IH4QQfQwguBBALHDCEIHAUQOIwgcBBA3jCAsgL0AooYRBAUAwIUAxAwjCAkAgAMAwAEA4AAAcAAAOAAAHAAADoCHMs4jSQAOgJez" +
  "nFcTATivqPtAA4DPlHykBwCCD7UBQPDDDvEh+GETAAh+3Cc+BD9vFR/CjvgTEU7nCQ9hd/yOCGfyhAexO3wliGP3MVS+DKKimZmZ" +
  "mZlV2g8rWcISNOMs2gAAAABJRU5ErkJggg==";
const AFTER =
  "iVBORw0KGgoAAAANSUhEUgAAAGAAAABgCAYAAADimHc4AAABQUlEQVR42u3cwW3DQBAEwQvHMTliZ2W/HIBeM7tbAyiBakAEdaTe" +
  "MzMzMzOzT/fz/fVLIYj//6ERxBehAF+EAnwRCvBFKMAXoQBfhAJ8EQrwRSjAF6EAX4QCfBEK8EUowBehAF+EAvzzERrwz0Zowj8X" +
  "oRH/TIRm/PURJuCvjTAJf12EifhrIkzGHx9hA/7YCJvwx0XYiD8mwmb8+ggX8GsjXMKvi3ARvybCZfx4BPjBCNCDEWAHI0AORoAb" +
  "jAA1GAFmMALEYAR4IvgaEsGFGL4Ibsbgi+AHOfgiOJSBL4KDefgieDgLvmdDRYDv/QAR4G+P8LYMvghe1p4S4W0ffBH8ZU1bhHd1" +
  "8I9HeJaLQD0YgXYwAuVgBLrBCFSDEWgGI1AMRqAXjEAtGIFWMAKlYAQ6wQhUghFoBCNQMDMzM5u2P1hRwiBIKmV3AAAAAElFTkSu" +
  "QmCC";

const image = (base64: string): FileImage => ({
  media_type: "image/png",
  size: Math.round((base64.length * 3) / 4),
  base64,
});

const VALIDATE = `
 //! Validates postal addresses before a label is bought.

 use crate::country::Country;
-use crate::error::Error;
+use crate::error::{AddressError, Result};
 use std::collections::HashMap;

 /// The longest line that carriers print.
 const LONGEST: usize = 35;

 /// An address as a person typed it.
 #[derive(Clone, Debug, PartialEq)]
 pub struct Address {
     pub name: String,
     pub lines: Vec<String>,
     pub postcode: String,
     pub city: String,
     pub country: Country,
 }

 impl Address {
     /// The address on one line, for logs.
     pub fn short(&self) -> String {
         format!("{}, {} {}", self.name, self.postcode, self.city)
     }
 }

 /// What is known of postcodes, by country.
 pub struct Postcodes {
     patterns: HashMap<Country, &'static str>,
 }

 impl Postcodes {
     pub fn known() -> Self {
         let mut patterns = HashMap::new();
         patterns.insert(Country::De, "^[0-9]{5}$");
         patterns.insert(Country::Nl, "^[0-9]{4} ?[A-Z]{2}$");
-        patterns.insert(Country::Gb, "^[A-Z0-9 ]{5,8}$");
+        patterns.insert(Country::Gb, "^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$");
+        patterns.insert(Country::Pl, "^[0-9]{2}-[0-9]{3}$");
         Self { patterns }
     }
 }

 /// Checks an address. The first thing that is wrong is returned.
-pub fn validate(address: &Address) -> Result<(), Error> {
-    if address.lines.is_empty() {
-        return Err(Error::new("no street"));
-    }
-    if address.postcode.len() > 10 {
-        return Err(Error::new("the postcode is too long"));
+pub fn validate(address: &Address, postcodes: &Postcodes) -> Result<()> {
+    let Some(street) = address.lines.first() else {
+        return Err(AddressError::NoStreet);
+    };
+    if street.chars().count() > LONGEST {
+        return Err(AddressError::TooLong { line: 1, most: LONGEST });
     }
+    postcodes.check(address.country, &address.postcode)?;
     Ok(())
 }
`;

const CLIENT = `
 import { retry } from "./retry";
 import type { Label, Shipment } from "./types";

-const TIMEOUT = 30_000;
+/** Carriers answer within ten seconds or not at all. */
+const TIMEOUT = 10_000;

 export async function buy(shipment: Shipment): Promise<Label> {
-  const response = await fetch(\`\${base}/labels\`, { method: "POST", body: JSON.stringify(shipment) });
+  const response = await retry(() =>
+    fetch(\`\${base}/labels\`, { method: "POST", body: JSON.stringify(shipment), signal: AbortSignal.timeout(TIMEOUT) }),
+  );
   if (!response.ok) throw new Error(\`the carrier answered \${response.status}\`);
   return (await response.json()) as Label;
 }
`;

const DEPLOY = `
 #!/bin/sh
 set -eu
-docker build -t parcel .
+docker build --pull -t "parcel:$(git rev-parse --short HEAD)" .
 docker push parcel
`;

const YAML = `
 on: [push]
 jobs:
   test:
-      runs-on: ubuntu-22.04
+      runs-on: ubuntu-24.04
       steps:
-          - uses: actions/checkout@v4
+        - uses: actions/checkout@v4
           - run: cargo test
`;

const README_RTL = `
 # דף הסבר
-החבילה נשלחת אחרי חמישה ימים.
+החבילה נשלחת אחרי שלושה ימים, אם הכתובת תקינה (validate).
 שורה שאינה משתנה
+النص العربي مع رقم 42 وكلمة code في الوسط
`;

const SPACES = `
 fn main() {
-  let a = 1;
+    let a = 1;
-  let b = 2;
+    let b = 2;
     println!("{}", a + b);
 }
`;

const HIDDEN = `
 const admin = false;
-if (level === "user") {
+if (level === "user\u202e \u2066// only for admins\u2069 \u2066") {
   grant();
 }
`;

const TRAILING = Array.from({ length: 60 }, (_, n) => ` export const rule${n + 1} = "value ${n + 1}";`);

/** The lines of a script that is written as a text. */
const lines = (text: string) =>
  text
    .replace(/^\n|\n$/g, "")
    .split("\n")
    .map((line) => (line === "" ? " " : line));
const all = (sign: string, count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => `${sign}${line(n + 1)}`);

export function zoo(): FakeFile[] {
  const binary = { binary: true, added: 0, removed: 0, folded: "binary" } as const;
  return [
    scripted("crates/address/src/validate.rs", lines(VALIDATE)),
    scripted(
      "crates/address/src/error.rs",
      all("+", 14, (n) => (n === 1 ? "//! What can be wrong with an address." : `// line ${n}`)),
    ),
    scripted(
      "crates/address/Cargo.toml",
      all("+", 9, (n) => `key${n} = "value ${n}"`),
    ),
    scripted(
      "crates/label/src/legacy/old_validate.rs",
      all("-", 24, (n) => `    // removed line ${n}`),
      { said: false },
    ),
    scripted("web/src/carrier/client.ts", lines(CLIENT)),
    scripted("web/src/carrier/rules.ts", [
      ...TRAILING.slice(0, 20),
      '-export const rule21 = "value 21";',
      '+export const rule21 = "another value";',
      ...TRAILING.slice(21, 52),
      '+export const rule52b = "between";',
      ...TRAILING.slice(52),
    ]),
    scripted(
      "web/src/very/long/path/of/folders/that/goes/on/and/on/until/it/does/not/fit/anywhere/settings.json",
      [" {", '-  "carrier": "dhl"', '+  "carrier": "dpd"', " }"],
    ),
    {
      ...scripted("web/src/format/price.ts", lines(SPACES), {
        old_path: "web/src/util/money.ts",
        status: "renamed",
      }),
    },
    scripted("docs/moved.md", [], {
      old_path: "moved.md",
      status: "renamed",
      old: side("same"),
      new: side("same"),
    }),
    scripted("scripts/deploy.sh", lines(DEPLOY), {
      old: side("d1"),
      new: side("d2", { kind: "executable" }),
      said: false,
    }),
    scripted("scripts/only-mode.sh", [], {
      old: side("m1"),
      new: side("m1", { kind: "executable", permissions: "700" }),
      said: false,
    }),
    scripted(".github/workflows/ci.yml", lines(YAML)),
    {
      ...scripted("web/public/logo.png", [], {
        ...binary,
        old: side("p1", { size: 325 }),
        new: side("p2", { size: 378 }),
      }),
      diff: { old_image: image(BEFORE), new_image: image(AFTER), not_shown: "binary" },
    },
    scripted("fixtures/labels.bin", [], {
      ...binary,
      old: side("b1", { size: 20_480 }),
      new: side("b2", { size: 1_048_576 }),
      said: false,
    }),
    scripted("vendor/carrier-specs", [], {
      ...binary,
      folded: null,
      old: side("4f2a9c1d7e8b3a6650c1", { kind: "submodule" }),
      new: side("91bd07c4aa1e5f20d3e8", { kind: "submodule" }),
    }),
    scripted("current", [" ", "-releases/41", "+releases/42"].slice(1), {
      old: side("l1", { kind: "link" }),
      new: side("l2", { kind: "link" }),
      said: null,
    }),
    scripted(
      "Cargo.lock",
      all("+", 420, (n) => `name = "crate-${n}"`),
      { status: "changed", old: side("c1"), folded: "generated", said: false },
    ),
    scripted(
      "data/postcodes.csv",
      all("+", 5_200, (n) => `${String(n).padStart(5, "0")},Town ${n},${n * 7}`),
      { folded: "huge" },
    ),
    scripted("docs/הסבר.md", lines(README_RTL)),
    scripted("docs/📦 packing 👩‍💻.md", [" # Packing", "-Fold.", "+Fold twice."]),
    scripted('"docs/new\\nline \\377.txt"', ["+a name with a newline and a byte that is no UTF-8"], {
      said: false,
    }),
    { ...scripted("docs/latin1.txt", [" M�nchen", "-K�ln", "+K�ln am Rhein"]), diff: { lossy: true } },
    { ...scripted("docs/no-newline.txt", [" one", "-two", "+three"]), diff: { old_without_newline: true } },
    scripted("src/hidden.ts", lines(HIDDEN)),
    {
      ...scripted("web/dist/app.min.js", ["-" + "var a=1;".repeat(40), "+" + "var b=2,c=3;".repeat(900)]),
      diff: { cut_lines: 1 },
    },
    scripted("src/locked.rs", [" fn f() {}", "+fn g() {}"], { said: false }),
  ];
}

/** The path that cannot be read. */
export const UNREADABLE = "src/locked.rs";

/** Five hundred files with twenty thousand changed lines. */
export function manyFiles(): FakeFile[] {
  return Array.from({ length: 500 }, (_, n) => {
    const script = Array.from({ length: 120 }, (_, k) => {
      const line = `  const value${k} = compute(${k}, "file ${n}", [${k}, ${k + 1}]);`;
      return k % 6 === 3 ? [`-${line}`, `+${line.replace("compute", "calculate")}`] : [` ${line}`];
    }).flat();
    const folder = `packages/service-${String(n % 25).padStart(2, "0")}/src/part${n % 5}`;
    return scripted(`${folder}/module${String(n).padStart(3, "0")}.ts`, script, { said: n % 9 !== 4 });
  });
}
