// What the browser keeps: for this tab until it is closed, and for this device until it is removed.

/** Where values are kept. */
export interface Storage {
  read(where: "tab" | "device", key: string): unknown;
  /** Keeps a value, or forgets it if it is undefined. */
  write(where: "tab" | "device", key: string, value: unknown): void;
}

const PREFIX = "classcord.";

/** The browser's storage. Where it is full or forbidden, the page works and forgets. */
export function browserStorage(): Storage {
  function area(where: "tab" | "device") {
    return where === "tab" ? sessionStorage : localStorage;
  }
  return {
    read(where, key) {
      try {
        return JSON.parse(area(where).getItem(PREFIX + key) ?? "null") ?? undefined;
      } catch {
        return undefined;
      }
    },
    write(where, key, value) {
      try {
        if (value === undefined) area(where).removeItem(PREFIX + key);
        else area(where).setItem(PREFIX + key, JSON.stringify(value));
      } catch {
        // Nothing to do: what is written is still on the page.
      }
    },
  };
}
