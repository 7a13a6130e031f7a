// The regions of the page, which F6 moves among.

/** Moves the keyboard to a region of the page, or to what should have it there. */
export function focusRegion(name: string): boolean {
  const region = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
  if (region === null || region.offsetParent === null) return false;
  const inside = region.matches("[tabindex='0']") ? region : region.querySelector<HTMLElement>(
    "textarea, [aria-current], a, button, input, [tabindex='0']",
  );
  (inside ?? region).focus();
  return true;
}
