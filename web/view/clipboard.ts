// Copies text to the clipboard. Browsers allow the modern way over HTTPS and on localhost only.
import type { Page } from "./page.ts";

/** Copies a text, and shows whether it succeeded. */
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
    // The clipboard is undefined on insecure pages.
    await (navigator.clipboard as Clipboard | undefined)?.writeText(text);
    return navigator.clipboard !== undefined;
  } catch {
    return false;
  }
}

// A class on a local network uses this page over plain HTTP, where only this older way is available.
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
