// Formats numbers in Grafana's units, and computes scales that end at round numbers.
import type { Panel } from "./panels.ts";

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Formats a value with its unit. */
export function shown(value: number, unit: Panel["unit"]): string {
  switch (unit) {
    case "s":
      return value === 0
        ? "0"
        : value < 0.001
        ? `${round(value * 1e6)} µs`
        : value < 1
        ? `${round(value * 1e3)} ms`
        : `${round(value)} s`;
    case "bytes": {
      const power = value < 1 ? 0 : Math.min(4, Math.floor(Math.log2(value) / 10));
      return value === 0 ? "0" : `${round(value / 1024 ** power)} ${SIZES[power]}`;
    }
    case "percentunit":
      return `${round(value * 100)} %`;
    case "ops":
      return `${round(value)}/s`;
    case "dtdurations":
      return value < 120
        ? `${round(value)} s`
        : value < 3600
        ? `${round(value / 60)} min`
        : value < 172_800
        ? `${round(value / 3600)} h`
        : `${round(value / 86_400)} days`;
    case "short":
      return String(round(value));
  }
}

/** Returns the top of a scale that starts at 0 and shows `greatest`, and its steps. */
export function scale(greatest: number, unit: Panel["unit"]): { top: number; steps: number[] } {
  const base = unit === "bytes"
    ? 1024 ** Math.max(0, Math.floor(Math.log2(greatest || 1) / 10))
    : 1;
  const rough = (greatest || 1) / base / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough)! * power * base;
  const count = Math.max(1, Math.ceil(greatest / step - 1e-9));
  return { top: count * step, steps: Array.from({ length: count + 1 }, (_, n) => n * step) };
}

function round(value: number): number {
  return Number(value.toPrecision(value >= 100 ? Math.ceil(Math.log10(value + 1)) : 3));
}
