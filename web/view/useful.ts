// Small helpers of the parts of a lesson: a clock that redraws, durations in words, and files to download.
import { useEffect, useState } from "preact/hooks";
import type { Texts } from "../texts/catalogue.ts";

/** Returns the time of `now`. The caller is drawn again every `ms` milliseconds. */
export function useNow(now: () => number, ms: number): number {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((turn) => turn + 1), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return now();
}

/** Returns how long ago a time was, in short words. */
export function ago(texts: Texts, at: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  if (seconds < 10) return texts.say("since_now");
  if (seconds < 60) return texts.say("since_seconds", { n: seconds });
  if (seconds < 3600) return texts.say("since_minutes", { n: Math.floor(seconds / 60) });
  return texts.say("since_hours", { n: Math.floor(seconds / 3600) });
}

/** Saves a text as a file of the user. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the text after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
