// Random work on all stores of a database, for property tests of its copies.
import fc from "fast-check";
import { nameKey } from "../../../lib/protocol/names.ts";
import { PRIVATE_POLICIES } from "../../../lib/protocol/requests/lesson.ts";
import { planImport } from "../../../lib/school/plan.ts";
import { type Account, ACCOUNT_ROLES } from "../../../lib/store/accounts.ts";
import { NameTaken } from "../../../lib/store/errors.ts";
import { HistoryStore } from "../../../lib/store/history.ts";
import { RegistrationWindowStore } from "../../../lib/store/invites/registration_windows.ts";
import { KnownNetworkStore } from "../../../lib/store/known_networks.ts";
import { PrivatePolicyStore } from "../../../lib/store/lesson/private_policy.ts";
import { MailStore } from "../../../lib/store/mail.ts";
import { PersonalDataStore } from "../../../lib/store/personal_data.ts";
import { SchoolStore } from "../../../lib/store/school/apply.ts";
import { renameAccounts } from "../../../lib/store/school/renaming.ts";
import { Removals } from "../../../lib/store/search/removals.ts";
import { SMALL_BATCH } from "../../../lib/store/steps.ts";
import { transact } from "../../../lib/store/transaction.ts";
import { people, PLAIN } from "../../school/lists.ts";
import type { Worker } from "./worker.ts";

/** One piece of work: what to do, and with which of the things that exist. */
export interface Work {
  readonly what: number;
  readonly a: number;
  readonly b: number;
  /** Whether it fails after it has written, so that it is rolled back. */
  readonly fails: boolean;
}

/** Random pieces of work. */
export function works(): fc.Arbitrary<Work> {
  return fc.record({
    what: fc.nat(ACTIONS.length - 1),
    a: fc.nat(40),
    b: fc.nat(40),
    fails: fc.nat(4).map((n) => n === 0),
  }, { noNullPrototype: true });
}

class Failed extends Error {}

/** Does a piece of work. */
export function doWork(worker: Worker, { what, a, b, fails }: Work): void {
  worker.done++;
  try {
    if (!fails) return ACTIONS[what]!(worker, a, b);
    transact(worker.database, () => {
      ACTIONS[what]!(worker, a, b);
      throw new Failed();
    });
  } catch (error) {
    if (!(error instanceof Failed || error instanceof NameTaken)) throw error;
  }
}

type Action = (worker: Worker, a: number, b: number) => void;

const LATER = Date.UTC(2030, 0, 1);

function writePrivately(worker: Worker, a: number, b: number): void {
  const to = worker.account(b);
  if (to === undefined) return;
  worker.write(a, b, {
    subtype: "private",
    channel: null,
    recipient: to.name,
    recipientAccount: to.id,
    undelivered: a % 2 === 0,
    ...a % 3 === 0 && { sender: `guest${a}`, senderAccount: null },
  });
}

function rename(worker: Worker, a: number, b: number): void {
  const [one, other] = [worker.account(a), worker.account(b)];
  if (one === undefined || other === undefined) return;
  const to = one.id === other.id ? { name: `renamed${a}`, key: `renamed${a}` } : other;
  if (one.id === other.id && worker.accounts.findByKey(to.key) !== undefined) return;
  const renaming = ({ id, key }: Account, { name, key: next }: { name: string; key: string }) => ({
    account: id,
    from: key,
    name,
    key: next,
  });
  // Two accounts exchange their names.
  const both = one.id === other.id
    ? [renaming(one, to)]
    : [renaming(one, to), renaming(other, one)];
  renameAccounts(worker.database, both);
}

function importClass(worker: Worker, a: number, b: number): void {
  const store = new SchoolStore(worker.database);
  const rows = [a, a + 1, b].map((n) => ({ name: `pupil${n}`, class: `class${b % 3}` }));
  const unique = rows.filter(({ name }, i) => rows.findIndex((row) => row.name === name) === i);
  const plan = planImport(people(...unique), store.directory, { ...PLAIN, disableMissing: true });
  if (plan.problems.length > 0) return;
  store.apply(plan, {
    hashes: new Map(plan.steps.map(({ person }) => [person, person.password!])),
    mustChange: true,
    now: worker.now,
    note: (action, target, detail) => note(worker, action, target, detail),
  });
}

function note(worker: Worker, action: string, ...[target, detail]: [string, string]): void {
  worker.audit.append({
    at: worker.now,
    actor: "operator:root",
    actorAccount: null,
    action,
    target,
    channel: null,
    detail,
    address: "",
  });
}

const ACTIONS: readonly Action[] = [
  (worker, a) => {
    const name = `Name${a}`;
    worker.accounts.create({ name, key: nameKey(name), passwordHash: "hash", now: worker.now });
  },
  (worker, a, b) => worker.write(a, b, {}),
  (worker, a, b) => worker.write(a, b, { channel: null }),
  writePrivately,
  writePrivately,
  (worker, a) => {
    const { id } = worker.account(a) ?? {};
    if (id === undefined) return;
    const mail = new MailStore(worker.database);
    const ids = [...mail.pending(id)].map((message) => message.id);
    mail.delivered(id, ids.slice(0, 1 + a % 3));
  },
  rename,
  rename,
  (worker, a, b) => {
    const id = worker.account(a)?.id;
    if (id !== undefined) worker.accounts.setRole(id, ACCOUNT_ROLES[b % 3]!);
  },
  (worker, a, b) => {
    const id = worker.account(a)?.id;
    if (id !== undefined) worker.accounts.setDisabled(id, b % 2 === 0 ? worker.now : null);
  },
  (worker, a) => {
    const id = worker.account(a)?.id;
    if (id !== undefined) worker.accounts.setOwnPassword(id, `hash ${worker.now}`);
  },
  (worker, a, b) => {
    const id = worker.account(a)?.id;
    if (id === undefined) return;
    if (b % 2 === 0) { while (worker.accounts.detachMessages(id) > 0); }
    worker.accounts.delete(id);
  },
  (worker, a, b) => {
    const account = worker.account(a);
    const store = new PersonalDataStore(worker.database);
    if (account !== undefined) store.eraseAccount(account, { publicMessages: b % 2 === 0 });
  },
  (worker, a) => {
    const name = `#channel${a % 8}`;
    const createdBy = worker.account(a)?.id ?? null;
    worker.channels.create({ name, key: name, createdBy, now: worker.now });
  },
  (worker, a, b) => {
    const { id } = worker.account(a) ?? {};
    if (id === undefined) return;
    const channel = worker.channel(b).id;
    if (worker.channels.membersOf(id).includes(channel)) worker.channels.removeMember(channel, id);
    else worker.channels.addMember(channel, id, worker.now);
  },
  (worker, a, b) => {
    const account = worker.account(a);
    const who = b % 2 === 0 || account === undefined
      ? { accountId: null, key: `guest${a}` }
      : { accountId: account.id, key: account.key };
    worker.channels.expel(worker.channel(b).id, who, b);
  },
  (worker, a, b) => {
    const accounts = [`name${a}`, `pupil${b}`];
    worker.channels.update(worker.channel(b).id, { topic: `topic ${a}`, accounts });
  },
  (worker, a) => {
    if (worker.channels.list().length > 1) worker.channels.delete(worker.channel(a).id);
  },
  (worker) =>
    void new HistoryStore(worker.database).clearDeletedChannels({ rows: 3, bytes: 1_000 }),
  (worker, a, b) => {
    const key = worker.account(a)?.key ?? `guest${a}`;
    const sanction = { name: key, reason: "why", by: "mod", now: worker.now, until: LATER };
    if (b % 2 === 0) worker.sanctions.ban({ kind: "user", subject: key, ...sanction });
    else worker.sanctions.ban({ kind: "address", subject: `10.0.0.${a}`, ...sanction });
  },
  (worker, a) => {
    worker.sanctions.unban("user", worker.account(a)?.key ?? `guest${a}`);
    worker.sanctions.unban("address", `10.0.0.${a}`);
  },
  (worker, a, b) => {
    const account = worker.account(a);
    const key = account?.key ?? `guest${a}`;
    const sanction = { name: key, reason: "why", by: "mod", now: worker.now, until: LATER };
    if (b % 4 === 0) worker.sanctions.unmute(key);
    else worker.sanctions.mute({ key, accountId: account?.id ?? null, ...sanction });
  },
  (worker, a) => void worker.sanctions.prune(a % 5 === 0 ? LATER + 1 : worker.now, 2),
  (worker, a, b) => note(worker, `action${b % 3}`, `Name${a}`, "detail"),
  (worker, a) => void worker.audit.prune(worker.now - a, 3),
  (worker, a, b) => {
    const accountId = worker.account(a)?.id;
    if (accountId === undefined) return;
    const tokenHash = `token ${worker.now}`;
    const session = { accountId, tokenHash, client: "page", now: worker.now };
    worker.sessions.create({ ...session, expiresAt: worker.now + b });
  },
  (worker, a, b) => {
    const id = worker.account(a)?.id;
    if (b % 7 === 0) worker.sessions.endEverything();
    else if (id !== undefined) worker.sessions.endAll(id);
  },
  (worker) => void worker.sessions.prune(worker.now, 2),
  (worker, a, b) => {
    const id = worker.account(a)?.id;
    if (id === undefined) return;
    worker.marks.raiseChannel(id, worker.channel(b).id, a + b);
    worker.marks.raiseConversation(id, worker.account(b)!.key, a + b);
  },
  (worker, a) => void worker.marks.prune(a),
  (worker, a, b) => {
    const name = `Group${a % 6}`;
    if (b % 3 > 0) worker.groups.create({ name, key: nameKey(name), now: worker.now });
    else worker.groups.delete(worker.groups.find(nameKey(name))?.id ?? 0);
  },
  (worker, a, b) => {
    const group = worker.groups.list()[0];
    const ids = [worker.account(a)?.id, worker.account(b)?.id].filter((id) => id !== undefined);
    if (group === undefined) return;
    if (a % 3 === 0) worker.groups.remove(group.id, ids);
    else worker.groups.add(group.id, ids);
  },
  importClass,
  importClass,
  (worker, a, b) => {
    const { now } = worker;
    worker.invites.create({
      id: worker.invites.nextId(),
      code: `code${now}`,
      channel: a % 2 === 0 ? null : worker.channel(b).name,
      registers: b % 2 === 0,
      usesMax: 2,
      createdBy: "mod",
      createdAt: now,
      expiresAt: now + b,
    });
  },
  (worker, a) => void worker.invites.use(a, worker.now),
  (worker) => void worker.invites.prune(LATER, 1),
  (worker, a, b) => {
    const store = new RegistrationWindowStore(worker.database);
    const network = a % 3 === 0 ? null : `10.0.${a}.0/24`;
    if (b % 3 === 0) store.close(network);
    else store.open({ network, until: LATER, openedBy: "mod", openedAt: worker.now });
  },
  (worker, a, b) => {
    const accountId = worker.account(a)?.id;
    const visitor = accountId === undefined || b % 2 === 0
      ? { accountId: null, guest: `guest${a}` }
      : { accountId, guest: null };
    const visit = worker.visits.begin(visitor, worker.now);
    if (visit !== undefined && b % 3 === 0) worker.visits.end(visit.id, worker.now);
  },
  (worker, a) => {
    worker.visits.alive(worker.now);
    if (a % 4 === 0) worker.visits.endForgotten();
    worker.visits.prune(worker.now, 1);
  },
  (worker, a) => new PrivatePolicyStore(worker.database).write(PRIVATE_POLICIES[a % 3]!),
  (worker, a, b) => {
    const id = worker.account(a)?.id;
    const networks = new KnownNetworkStore(worker.database);
    if (id !== undefined) networks.noteLogin(id, `10.0.0.${b}`, worker.now);
    if (b % 9 === 0) networks.prune(LATER, 2);
  },
  (worker, a) => {
    const history = new HistoryStore(worker.database);
    if (a % 3 === 0) history.prune(worker.now - 20, SMALL_BATCH);
    else history.delete(history.lastId() - a % 4);
  },
  (worker) => {
    const removals = new Removals(worker.database);
    removals.forget(removals.newest() - 1, SMALL_BATCH);
  },
];
