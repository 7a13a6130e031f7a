// The regions of the page, which F6 moves among.

/** What has the keyboard in a region, the best first. */
const WANTED = ["textarea", "[aria-current]", "[tabindex='0']", "input", "a, button"] as const;

/** Moves the keyboard to a region of the page. @returns Whether the region is on the page. */
export function focusRegion(name: string): boolean {
  const region = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
  if (region === null || !isVisible(region)) return false;
  const inside = WANTED.flatMap((wanted) => [...region.querySelectorAll<HTMLElement>(wanted)]);
  const target = region.tabIndex === 0 ? region : inside.find(isVisible) ?? region;
  target.focus();
  return true;
}

function isVisible(element: HTMLElement): boolean {
  return element.offsetParent !== null;
}
