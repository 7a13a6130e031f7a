// Counts wrong passwords. In a cluster, the leader tells the other nodes what it counts, so that the next leader goes on
// with it.
import { attemptKey, FailedLogins } from "./failed_logins.ts";
import { NetworkPace } from "./network_pace.ts";

/** Tells another node what was counted. */
export type TellCounted = (counted: string) => void;

/** An account and the network from which somebody logs in, or tries to. */
export interface Guessed {
  /** The key of the account's name. */
  readonly account: string;
  readonly network: string;
}

const WRONG = "wrong";
const WRONG_KNOWN = "wrong_known";
const RIGHT = "right";
const FORGIVEN = "forgiven";

/** The counts of wrong passwords, by account and network, and by network. */
export class GuessCounts {
  readonly failed: FailedLogins;
  readonly pace: NetworkPace;

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.failed = new FailedLogins(now);
    this.pace = new NetworkPace(now);
  }

  /** The number of accounts, networks and pairs of them in memory. */
  get size(): number {
    return this.failed.size + this.pace.size;
  }

  /** Counts what another node has counted, as it told. What this version does not know is ignored. */
  hear(counted: string): void {
    const [what, key] = splitOnce(counted);
    if (what === WRONG || what === WRONG_KNOWN) this.#fail(key, what === WRONG_KNOWN);
    else if (what === RIGHT) this.failed.succeed(key);
    else if (what === FORGIVEN) this.failed.forgive(key);
  }

  /** Counts a wrong password. @param known See `Attempt`. @returns The failures of the account from there today. */
  wrong({ account, network }: Guessed, known: boolean, tell: TellCounted): number {
    const key = attemptKey(account, network);
    tell(`${known ? WRONG_KNOWN : WRONG} ${key}`);
    return this.#fail(key, known);
  }

  /** Counts a right password, which ends the waits of the account from there. */
  right({ account, network }: Guessed, tell: TellCounted): void {
    const key = attemptKey(account, network);
    if (this.failed.has(key)) tell(`${RIGHT} ${key}`);
    this.failed.succeed(key);
  }

  /** Ends the waits of an account. @param account The key of its name. */
  forgive(account: string, tell: TellCounted): void {
    tell(`${FORGIVEN} ${account}`);
    this.failed.forgive(account);
  }

  #fail(key: string, known: boolean): number {
    const [network] = splitOnce(key);
    this.pace.fail(network);
    return this.failed.fail(key, known);
  }
}

function splitOnce(text: string): [before: string, after: string] {
  const at = text.indexOf(" ");
  return [text.slice(0, at), text.slice(at + 1)];
}
