// The settings of the page in the browser: how long it stays signed in, and what it is called.
import { number, text } from "./setting.ts";

/** What the section is about, and its settings. */
export const WEB_SECTION = {
  help: "The page in the browser, and other clients that stay signed in.",
  settings: {
    session_days: number({
      default: 30,
      min: 0,
      max: 365,
      unit: "days",
      help:
        "How long a browser stays signed in to an account. 0: browsers cannot stay signed in, and " +
        "those that are have to sign in again. `classcord user sessions` lists them for an account.",
    }),
    linger_seconds: number({
      default: 5,
      min: 0,
      max: 60,
      unit: "seconds",
      help:
        "A user who loads the page again within this time is not announced as gone and come. 0: every " +
        "reload is announced.",
    }),
    class_name: text({
      default: "",
      expected: "a text of at most 64 characters",
      accepts: (value) => [...value].length <= 64 && !/\p{Cc}/u.test(value),
      help: "Name of the class or the school, shown as the title of the page.",
    }),
  },
} as const;
