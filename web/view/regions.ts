// Moves the keyboard focus between the regions of the page, for F6.

/** The elements of a region that may get the focus, the preferred ones first. */
const WANTED = ["textarea", "[aria-current]", "[tabindex='0']", "input", "a, button"] as const;

/** Moves the keyboard focus to a region. @returns Whether the region is on the page. */
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
