// The state of the settings view that is restored on return: the scroll position, and the list of licences.

import { Scrolled } from "../../parts/keptScroll";

export class SettingsKept {
  readonly scrolled = new Scrolled();
  hasLicences = $state(false);
}
