// The settings of accounts: guests, passwords, and what a password hash costs.
import { number, toggle } from "./setting.ts";
import { GIBIBYTE } from "./values.ts";

const auth = {
  help: "Accounts, guests and passwords.",
  settings: {
    password_min: number({
      default: 4,
      min: 1,
      max: 256,
      unit: "characters",
      help: "Shortest password. The existing clients prefill `1234`.",
    }),
    registration: toggle({
      default: true,
      help: "Whether clients may register. `classcord user add` always works.",
    }),
    guests: toggle({
      default: true,
      help: "Whether one may chat without an account.",
    }),
    argon2_memory_kib: number({
      restart: true,
      default: 19_456,
      min: 19_456,
      max: GIBIBYTE / 1024,
      unit: "KiB",
      help: "Memory that one password hash takes. Weaker hashes are remade at the next login.",
    }),
    argon2_iterations: number({
      restart: true,
      default: 2,
      min: 2,
      max: 100,
      unit: "passes",
      help: "Passes over that memory.",
    }),
    argon2_parallelism: number({
      restart: true,
      default: 1,
      min: 1,
      max: 16,
      unit: "lanes",
      help: "Lanes of a hash; more than one buys nothing here.",
    }),
    hash_workers: number({
      restart: true,
      default: 0,
      min: 0,
      max: 64,
      unit: "threads",
      help: "Passwords hashed at the same time; 0 means one for each CPU, up to four.",
    }),
  },
} as const;

/** What this section is about, and its settings. */
export const ACCOUNT_SECTIONS = { auth };
