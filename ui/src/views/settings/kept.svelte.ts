// What the settings are left with and found with again: the place in the page, and the list of licences.

import { Scrolled } from "../../parts/keptScroll";

export class SettingsKept {
  readonly scrolled = new Scrolled();
  hasLicences = $state(false);
}
