// Checks how a page looks: accessibility, elements that are too wide, and texts that are missing.
import assert from "node:assert/strict";
import { CATALOGUES, type Person } from "./person.ts";

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

/** Returns the words on the page that are text keys or unfilled places. */
export async function unfilled({ page, texts }: Person): Promise<string[]> {
  const words = await page.evaluate<string>(`[
    document.body.innerText,
    ...[...document.querySelectorAll("[aria-label], [title], [placeholder]")].flatMap((e) =>
      ["aria-label", "title", "placeholder"].map((name) => e.getAttribute(name) ?? "")),
  ].join("\\n")`);
  const keys = new Set(Object.keys(CATALOGUES[texts.language]));
  const tokens = words.split(/[\s(),.:;!?]+/);
  return tokens.filter((word) => word.includes("_") && keys.has(word) || /^\{\w+\}$/.test(word));
}
