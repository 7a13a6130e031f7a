// Defines settings: the default, the valid values, and how to read a value from a file or from text.
import { z } from "zod";

/** What all settings have in common. */
interface About {
  /** The purpose, in one or two sentences. */
  readonly help: string;
  /** Whether a change applies only after a restart. Otherwise it applies after a reload. */
  readonly restart?: true;
}

/** A setting of one type of value. */
export interface Setting<T> extends About {
  readonly default: T;
  /** The valid values, in words that follow "expected". */
  readonly expected: string;
  /** Checks a value from a file. */
  readonly schema: z.ZodType<T>;
  /** Converts the text of a flag or an environment variable to a value to check. */
  readonly fromText: (text: string) => unknown;
}

/** The type of a setting's value. */
export type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** The range of a {@linkcode number}. */
interface Range extends About {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** The unit, such as `bytes`. */
  readonly unit?: string;
  /** Whether 0 is valid too. It means no limit. */
  readonly zero?: boolean;
  /** What 0 means instead, in words that follow "or 0". */
  readonly zeroMeans?: string;
}

/** An integer. */
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

/** A text for which `accepts` returns true. */
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

/** A boolean. */
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

/** A boolean, or one word for something in between. */
export function toggleOr<const T extends string>(
  word: T,
  rest: About & { readonly default: boolean | NoInfer<T> },
): Setting<boolean | T> {
  return {
    ...rest,
    expected: `true, false or ${JSON.stringify(word)}`,
    schema: z.union([z.boolean(), z.literal(word)]),
    fromText: (value) => value === "true" ? true : value === "false" ? false : value,
  };
}

/** A list of texts for which `accepts` returns true. In a flag or a variable, commas or `separator` separate them. */
export function list(
  { accepts, separator = ",", ...rest }: About & {
    readonly default: readonly string[];
    readonly expected: string;
    readonly accepts: (value: string) => boolean;
    readonly separator?: string;
  },
): Setting<readonly string[]> {
  return {
    ...rest,
    schema: z.array(z.string().refine(accepts)).readonly(),
    fromText: (value) =>
      value.split(separator).map((item) => item.trim()).filter((item) => item !== ""),
  };
}
