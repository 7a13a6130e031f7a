// The request with which a client says what it is, and asks what the server is.
import { z } from "zod";
import { fits } from "../characters.ts";
import { expects, listOf, orMissing, singleLine } from "./fields.ts";

/** The kinds of events and replies that a client gets only if it names them. */
export const FEATURES = ["seen", "session"] as const;

/** Longest label of a client, and longest name of a tab, in characters (code points). */
export const CLIENT_MAX = 64;
/** Most features in one `hello`, and the longest name of one in UTF-16 units. */
const FEATURES_MAX = 32;

/** Its members. */
export const helloSchemas = {
  hello: z.object({
    type: z.literal("hello"),
    client: orMissing(label()).transform((text) => singleLine(text ?? "")),
    tab: orMissing(label()),
    features: orMissing(
      listOf(z.string().max(FEATURES_MAX), "want_features", { max: FEATURES_MAX })
        .refine(
          (list) => list.length <= FEATURES_MAX,
          expects("want_features", {
            max: FEATURES_MAX,
          }),
        ),
    ).transform((features) => features ?? []),
  }),
};

function label() {
  return z.string()
    .refine((text) => fits(text, CLIENT_MAX), expects("want_text", { max: CLIENT_MAX }))
    .transform((text) => text.toWellFormed());
}
