// Puts a text into the clipboard. Browsers allow it over HTTPS and on the own machine only.
import type { Page } from "./page.ts";

/** Copies a text, and says whether it worked. */
export async function copyText(
  page: Page,
  text: string,
  done: "copied" | "copied_link",
): Promise<void> {
  const copied = await copyByClipboard(text) || copyBySelection(text);
  page.ui.toast.value = page.texts.peek().say(copied ? done : "copy_failed");
}

async function copyByClipboard(text: string): Promise<boolean> {
  try {
    // Missing on pages that are not secure.
    await (navigator.clipboard as Clipboard | undefined)?.writeText(text);
    return navigator.clipboard !== undefined;
  } catch {
    return false;
  }
}

// A class on a local network reads this page over plain HTTP: there this older way is the only one.
function copyBySelection(text: string): boolean {
  const back = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "off-screen";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (back instanceof HTMLElement) back.focus({ preventScroll: true });
  return copied;
}
