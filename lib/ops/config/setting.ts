// What one setting is: its default, what values it takes, and how to read it from a file or from text.
import { z } from "zod";

/** What is told of any setting. */
interface About {
  /** What it is for, in one or two sentences. */
  readonly help: string;
  /** A change counts from the next start on only; without this, from a reload on. */
  readonly restart?: true;
}

/** A setting of one kind of value. */
export interface Setting<T> extends About {
  readonly default: T;
  /** Which values it takes, in words that follow "expected". */
  readonly expected: string;
  /** Checks a value of a file. */
  readonly schema: z.ZodType<T>;
  /** Turns the text of a flag or an environment variable into a value to be checked. */
  readonly fromText: (text: string) => unknown;
}

/** The value of a setting. */
export type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** Bounds of a {@linkcode number}. */
interface Range extends About {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** What it counts, such as `bytes`. */
  readonly unit?: string;
  /** 0 is allowed too, and means no limit. */
  readonly zero?: boolean;
  /** What 0 means instead, in words that follow "or 0". */
  readonly zeroMeans?: string;
}

/** A whole number. */
export function number(
  { min, max, unit, zero = false, zeroMeans = "for no limit", ...rest }: Range,
): Setting<number> {
  const what = `a whole number${unit === undefined ? "" : ` of ${unit}`} from ${min} to ${max}`;
  return {
    ...rest,
    expected: zero ? `${what}, or 0 ${zeroMeans}` : what,
    schema: z.number().int().refine((n) => (zero && n === 0) || (n >= min && n <= max)),
    fromText: (text) => /^\d{1,15}$/.test(text) ? Number(text) : text,
  };
}

/** A text that `accepts` takes. */
export function text(
  { accepts = () => true, ...rest }: About & {
    readonly default: string;
    readonly expected: string;
    readonly accepts?: (value: string) => boolean;
  },
): Setting<string> {
  return { ...rest, schema: z.string().refine(accepts), fromText: (value) => value };
}

/** One of several words. */
export function choice<const T extends string>(
  { values, ...rest }: About & {
    readonly default: NoInfer<T>;
    readonly values: readonly T[];
  },
): Setting<T> {
  const expected = values.map((value) => JSON.stringify(value)).join(" or ");
  return { ...rest, expected, schema: z.enum(values), fromText: (value) => value };
}

/** Yes or no. */
export function toggle(
  rest: About & { readonly default: boolean },
): Setting<boolean> {
  return {
    ...rest,
    expected: "true or false",
    schema: z.boolean(),
    fromText: (value) => value === "true" ? true : value === "false" ? false : value,
  };
}

/** A list of texts, each of which `accepts` takes; commas separate them in a text. */
export function list(
  { accepts, ...rest }: About & {
    readonly default: readonly string[];
    readonly expected: string;
    readonly accepts: (value: string) => boolean;
  },
): Setting<readonly string[]> {
  return {
    ...rest,
    schema: z.array(z.string().refine(accepts)).readonly(),
    fromText: (value) => value.split(",").map((item) => item.trim()).filter((item) => item !== ""),
  };
}
