// Stores values in the browser: for this tab until it is closed, and for this device until they are removed.

/** A storage for values. */
export interface Storage {
  read(where: "tab" | "device", key: string): unknown;
  /** Stores a value, or removes it if it is undefined. */
  write(where: "tab" | "device", key: string, value: unknown): void;
}

const PREFIX = "classcord.";

/** Returns the browser's storage. If it is full or forbidden, the page works without it. */
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
        // Ignore this: the page still has the value.
      }
    },
  };
}
