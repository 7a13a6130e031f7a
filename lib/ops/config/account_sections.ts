// The settings of accounts: guests, passwords, and the cost of a password hash.
import { LDAP_SECTION } from "./ldap_section.ts";
import { number, toggleOr } from "./setting.ts";
import { GIBIBYTE } from "./values.ts";

const auth = {
  help: "Accounts, guests and passwords.",
  settings: {
    password_min: number({
      default: 4,
      min: 1,
      max: 256,
      unit: "characters",
      help: "Minimum length of a password. Existing clients prefill `1234`.",
    }),
    registration: toggleOr("invite", {
      default: true,
      help:
        'Whether clients can register accounts; `"invite"`: only with an invitation that permits it. ' +
        "`classcord user add` always works, and `classcord registration open` opens registration for a time.",
    }),
    guests: toggleOr("invite", {
      default: true,
      help: 'Whether users can chat without an account; `"invite"`: only with an invitation.',
    }),
    argon2_memory_kib: number({
      restart: true,
      default: 19_456,
      min: 19_456,
      max: GIBIBYTE / 1024,
      unit: "KiB",
      help: "Memory for one password hash. Weaker hashes are replaced at the next login.",
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
      help: "Lanes of a hash; more than one brings no benefit here.",
    }),
    hash_workers: number({
      restart: true,
      default: 0,
      min: 0,
      max: 64,
      unit: "threads",
      help: "Number of passwords hashed at the same time; 0 means one per CPU, up to four.",
    }),
  },
} as const;

/** The sections with their help texts and settings. */
export const ACCOUNT_SECTIONS = { auth, "auth.ldap": LDAP_SECTION };
