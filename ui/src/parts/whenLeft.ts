// Saves what was typed into a field when the field is left: by another focus, or because its view goes away.

import { afterPress } from "./afterPress";

/** An attachment: calls `save` with the field's text when it was changed and is left. */
export function whenLeft(save: (text: string) => void) {
  return (field: HTMLInputElement | HTMLTextAreaElement) => {
    let isTyped = false;
    const type = () => {
      isTyped = true;
    };
    const leave = () => {
      if (!isTyped) return;
      isTyped = false;
      const text = field.value;
      afterPress(() => {
        save(text);
      });
    };
    field.addEventListener("input", type);
    field.addEventListener("change", leave);
    return () => {
      field.removeEventListener("input", type);
      field.removeEventListener("change", leave);
      leave();
    };
  };
}
