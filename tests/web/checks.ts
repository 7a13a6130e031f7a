// Checks of what a page looks like, on any screen: accessibility and width.
import assert from "node:assert/strict";
import type { Person } from "./person.ts";

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Returns the violations that axe finds on the page, as text. */
export async function violations({ page }: Person): Promise<string[]> {
  if (!await page.evaluate<boolean>("'axe' in globalThis")) {
    // Load axe as text: the page's CSP forbids scripts from other sites. The package is fetched only where a browser
    // is installed.
    const { default: { source } } = await import("axe-core");
    await page.evaluate(source);
  }
  const found = await page.evaluate<Violation[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`)
  );
}

/** Asserts that no element is wider than the page, except code, which scrolls. */
export async function assertFits({ page }: Person, where: string): Promise<void> {
  const over = await page.evaluate<string[]>(`(() => {
    const scrolls = (e) => e !== null && e !== document.documentElement &&
      (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(e).overflowX) &&
        e.getBoundingClientRect().right <= innerWidth + 1 || scrolls(e.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter((e) => {
      const { right, width, height } = e.getBoundingClientRect();
      return width > 0 && height > 0 && right > innerWidth + 1 && e.checkVisibility() && !scrolls(e);
    }).map((e) => e.outerHTML.slice(0, 120));
    const root = document.documentElement;
    return root.scrollWidth > innerWidth ? ["the page scrolls sideways", ...wide] : wide;
  })()`);
  assert.deepEqual(over, [], where);
}
