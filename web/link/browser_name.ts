// Names this browser in the list of sessions: "Firefox · Windows".
const BROWSERS: readonly [string, RegExp][] = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:Chrome|CriOS)\//],
  ["Chromium", /\bChromium\//],
  ["Safari", /\bSafari\//],
];

const SYSTEMS: readonly [string, RegExp][] = [
  ["iPad", /\biPad\b/],
  ["iPhone", /\biPhone\b/],
  ["Android", /\bAndroid\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMacintosh\b/],
  ["Linux", /\bLinux\b/],
];

/** Returns the name of a browser and its system, according to its user agent. */
export function browserName(userAgent: string): string {
  const found = [BROWSERS, SYSTEMS].flatMap((names) =>
    names.find(([, sign]) => sign.test(userAgent))?.[0] ?? []
  );
  return found.join(" · ") || "ClassCord";
}
