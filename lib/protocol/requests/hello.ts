// The request `hello`, with which a client describes itself and asks for the properties of the server.
import { z } from "zod";
import { fits } from "../characters.ts";
import { expects, listOf, orMissing, singleLine } from "./fields.ts";

/** The features that a client must name to receive their events and members. */
export const FEATURES = ["seen", "session", "hands", "policy", "reports"] as const;

/** The maximum length of a client's label and of a tab's name, in characters (code points). */
export const CLIENT_MAX = 64;
/** The maximum number of features in one `hello`, and the maximum length of each in UTF-16 units. */
const FEATURES_MAX = 32;

/** The schema of the request. */
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
