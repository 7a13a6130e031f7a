// Tests of lib/ldap/desk.ts with directories that do what a real one does not.
import assert from "node:assert/strict";
import { type ConversationResult, DirectoryAway } from "../../lib/auth/directory.ts";
import { PoolBusy } from "../../lib/auth/password_queue.ts";
import { Abandoned, LOCAL_REQUESTER } from "../../lib/auth/requester.ts";
import { OPERATION } from "../../lib/ldap/ber.ts";
import { Desk } from "../../lib/ldap/desk.ts";
import type { DirectorySettings } from "../../lib/ldap/settings.ts";
import { FakeClock } from "../support/clock.ts";
import {
  type Answer,
  type Attributes,
  entry,
  type FakeDirectory,
  message,
  REQUEST,
  type Request,
  result,
  startFakeDirectory,
} from "../support/fake_directory.ts";
import { from, serverAt, settingsFor } from "../support/ldap_settings.ts";

const ID = "0b1c2d3e-0000-4000-8000-000000000001";
const ADA: Attributes = { uid: ["ada"], entryUUID: [ID] };

/** Answers like a directory with one entry whose password is `right`. */
function withEntry(attributes: Attributes = ADA, dn = "uid=ada,dc=x"): Answer {
  return ({ id, operation, bytes }) => {
    if (operation === REQUEST.search) {
      return [message(id, entry(dn, attributes)), message(id, result(OPERATION.searchDone, 0))];
    }
    const text = new TextDecoder("latin1").decode(bytes);
    const isRight = !text.includes("uid=ada") || text.endsWith("right");
    return message(id, result(OPERATION.bind, isRight ? 0 : 49));
  };
}

interface Setup extends AsyncDisposable {
  readonly desk: Desk;
  readonly clock: FakeClock;
  readonly failures: string[];
  /** Resolves at the next failure of a server. */
  readonly failing: () => Promise<void>;
  readonly results: ConversationResult[];
}

function open(
  directories: readonly FakeDirectory[],
  changes: Partial<DirectorySettings> = {},
): Setup {
  const clock = new FakeClock(0);
  const [failures, results]: [string[], ConversationResult[]] = [[], []];
  let failed = Promise.withResolvers<void>();
  const desk = new Desk({
    settings: settingsFor(directories.map(({ port }) => serverAt(port)), changes),
    clock,
    failed(_server, reason) {
      failures.push(reason);
      failed.resolve();
      failed = Promise.withResolvers();
    },
    done: (result) => results.push(result),
  });
  return {
    desk,
    clock,
    failures,
    failing: () => failed.promise,
    results,
    [Symbol.asyncDispose]: () => desk.close(),
  };
}

const check = (desk: Desk, name = "ada", { password = "right", network = "a" } = {}) =>
  desk.check({ name, password }, from(network));
const away = (work: Promise<unknown>) => assert.rejects(work, DirectoryAway);

/** Resolves when a directory has received a request of this kind. */
function awaiting(
  answer: Answer,
  operation: number,
): { answer: Answer; received: Promise<Request> } {
  const { promise, resolve } = Promise.withResolvers<Request>();
  return {
    received: promise,
    answer(request) {
      if (request.operation === operation) resolve(request);
      return answer(request);
    },
  };
}

Deno.test("Desk: a directory that accepts and never answers is given up within the time, for everybody who waits", async () => {
  const { answer, received } = awaiting(() => undefined, REQUEST.bind);
  await using directory = startFakeDirectory(answer);
  await using setup = open([directory], { connections: 2 });
  const { desk, clock, failures, results } = setup;
  const all = Array.from({ length: 20 }, (_, index) => check(desk, `p${index}`));
  await received;
  assert.equal(desk.waiting, 18);
  const failed = setup.failing();
  clock.pass(10_000);
  await failed;
  await Promise.all(all.map(away));
  assert.ok(failures.every((reason) => reason === "no answer in time"), failures.join());
  assert.deepEqual(new Set(results), new Set(["failed"]));
  assert.ok(desk.failure !== undefined);
  // Nobody waits for it again for some seconds.
  const before = directory.accepted();
  await away(check(desk));
  assert.equal(directory.accepted(), before);
});

Deno.test("Desk: a search that is never answered ends within the time, and another server is asked next", async () => {
  const whole = withEntry();
  let again = Promise.withResolvers<void>();
  await using one = startFakeDirectory((request) => {
    if (request.operation !== REQUEST.search) return whole(request);
    again.resolve();
    return undefined;
  });
  await using other = startFakeDirectory(withEntry());
  await using setup = open([one, other]);
  const { desk, clock } = setup;
  const login = check(desk);
  await again.promise;
  const failed = setup.failing();
  clock.pass(10_000);
  await Promise.all([failed, away(login)]);
  assert.equal((await check(desk))?.id, ID);
  assert.equal(one.accepted(), 1);
  assert.equal(desk.failure, undefined);
  // After a minute the first is asked first again.
  clock.pass(60_000);
  again = Promise.withResolvers();
  const last = check(desk);
  await again.promise;
  clock.pass(10_000);
  await away(last);
  assert.equal(one.accepted(), 2);
});

Deno.test("Desk: rubbish, replies that were not asked for, and closed connections are failures of the server", async () => {
  const noise = crypto.getRandomValues(new Uint8Array(4096));
  noise[0] = 0x16;
  const bad: Record<string, Answer> = {
    rubbish: () => noise,
    "an HTTP server": () => new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"),
    "a message that is too long": () => Uint8Array.of(0x30, 0x84, 0x7f, 0xff, 0xff, 0xff),
    "a reply of another kind": ({ id }) => message(id, result(OPERATION.searchDone, 52)),
    "the server is unavailable": ({ id }) =>
      message(id, result(OPERATION.bind, 52, "shutting down\nnow")),
    "the account that searches is refused": ({ id }) => message(id, result(OPERATION.bind, 49)),
    "a referral": ({ id }) => message(id, result(OPERATION.bind, 10)),
  };
  for (const [what, answer] of Object.entries(bad)) {
    await using directory = startFakeDirectory(answer);
    await using setup = open([directory]);
    await away(check(setup.desk));
    assert.equal(setup.failures.length, 1, what);
    assert.ok(setup.failures[0]!.length <= 300, what);
  }
});

Deno.test("Desk: a reply that arrives byte by byte is read, and one without an end is given up", async () => {
  const whole = withEntry();
  await using slow = startFakeDirectory((request) =>
    [whole(request)].flat().flatMap((part) => [...part!].map((byte) => Uint8Array.of(byte)))
  );
  {
    await using setup = open([slow]);
    assert.equal((await check(setup.desk))?.names[0], "ada");
  }
  const { answer, received } = awaiting(
    (request) =>
      request.operation === REQUEST.search ? Uint8Array.of(0x30, 0x7f, 0x02) : whole(request),
    REQUEST.search,
  );
  await using endless = startFakeDirectory(answer);
  await using setup = open([endless]);
  const login = check(setup.desk);
  await received;
  setup.clock.pass(10_000);
  await away(login);
});

Deno.test("Desk: an endless stream of entries ends the conversation", async () => {
  const whole = withEntry();
  await using directory = startFakeDirectory((request) =>
    request.operation === REQUEST.search
      ? Array.from(
        { length: 3_000 },
        (_, index) => message(request.id, entry(`uid=p${index},dc=x`, ADA)),
      )
      : whole(request)
  );
  await using setup = open([directory]);
  await away(check(setup.desk));
  assert.match(setup.failures[0]!, /expected at most 2000 messages|Connection closed|closed/);
});

Deno.test("Desk: entries that cannot be used log nobody in", async () => {
  const bad: Record<string, Answer> = {
    "another name": withEntry({ ...ADA, uid: ["\u00e0da"] }),
    "no distinguished name": withEntry(ADA, ""),
    "no name": withEntry({ entryUUID: [ID] }),
    "a name that is not permitted": withEntry({ ...ADA, uid: ["ada\u202e"] }),
    "a huge name": withEntry({ ...ADA, uid: ["ada".repeat(30_000)] }),
    "no identity": withEntry({ uid: ["ada"] }),
    "two identities": withEntry({ uid: ["ada"], entryUUID: [ID, "other"] }),
    "a huge identity": withEntry({ uid: ["ada"], entryUUID: ["x".repeat(200)] }),
    "an identity with a line end": withEntry({ uid: ["ada"], entryUUID: ["a\nb"] }),
    "disabled in Active Directory": withEntry({ ...ADA, userAccountControl: ["514"] }),
    "locked in OpenLDAP": withEntry({ ...ADA, pwdAccountLockedTime: ["000001010000Z"] }),
    "locked in 389 Directory Server": withEntry({ ...ADA, nsAccountLock: ["TRUE"] }),
  };
  for (const [what, answer] of Object.entries(bad)) {
    await using directory = startFakeDirectory(answer);
    await using setup = open([directory]);
    assert.equal(await check(setup.desk), undefined, what);
    assert.deepEqual(setup.results, ["refused"], what);
  }
  await using directory = startFakeDirectory(withEntry({ ...ADA, userAccountControl: ["512"] }));
  await using setup = open([directory]);
  assert.equal((await check(setup.desk))?.names[0], "ada");
  assert.equal(await check(setup.desk, "ada", { password: "wrong" }), undefined);
});

Deno.test("Desk: a binary identity is kept as digits", async () => {
  const guid = Uint8Array.from({ length: 16 }, (_, index) => 255 - index);
  await using directory = startFakeDirectory(withEntry({ UID: ["ada"], objectguid: [guid] }));
  await using setup = open([directory], { idAttribute: "objectGUID" });
  assert.equal((await check(setup.desk))?.id, `hex:${guid.toHex()}`);
});

Deno.test("Desk: networks take turns, and a network has a bounded share of the queue", async () => {
  const order: string[] = [];
  const whole = withEntry();
  const gate = Promise.withResolvers<void>();
  await using directory = startFakeDirectory((request) => {
    const [name] = /p-[a-z]-\d/.exec(new TextDecoder("latin1").decode(request.bytes)) ?? [];
    if (name !== undefined) order.push(name);
    return whole(request);
  });
  await using setup = open([directory], { connections: 1 });
  const { desk } = setup;
  const first = desk.ask({ kind: "check", requester: from("x"), bytes: 0 }, async () => {
    await gate.promise;
    return true;
  });
  const many = (network: string, count: number) =>
    Array.from(
      { length: count },
      (_, index) => check(desk, `p-${network}-${index}`, { password: "wrong", network }),
    );
  const known = [...many("a", 4), ...many("b", 2)];
  const closed = { ...LOCAL_REQUESTER, network: "d", presence: () => "closed" as const };
  const gone = assert.rejects(desk.check({ name: "p-d-0", password: "x" }, closed), Abandoned);
  const flood = Promise.allSettled(
    Array.from(
      { length: 2_000 },
      () => check(desk, "p-c-0", { password: "x".repeat(1000), network: "c" }),
    ),
  );
  assert.ok(desk.waiting < 1_000, `${desk.waiting} wait`);
  gate.resolve();
  await Promise.all([first, ...known, gone]);
  const others = order.filter((name) => !name.startsWith("p-c"));
  assert.deepEqual(others, ["p-a-0", "p-b-0", "p-a-1", "p-b-1", "p-a-2", "p-a-3"]);
  await desk.close();
  const refused = (await flood).filter((each) =>
    each.status === "rejected" && each.reason instanceof PoolBusy
  );
  assert.ok(refused.length > 1_000, `${refused.length} refused`);
  assert.equal(desk.waiting, 0);
});

Deno.test("Desk: a request that waited too long for its turn says nothing about the server", async () => {
  const whole = withEntry();
  let silent = false;
  const asked = Promise.withResolvers<void>();
  await using directory = startFakeDirectory((request) => {
    if (!silent) return whole(request);
    asked.resolve();
    return undefined;
  });
  await using setup = open([directory], { connections: 1 });
  const { desk, clock } = setup;
  const gate = Promise.withResolvers<void>();
  const first = desk.ask({ kind: "check", requester: from("x"), bytes: 0 }, async () => {
    silent = true;
    await gate.promise;
    return true;
  });
  clock.pass(100);
  const late = check(desk);
  clock.pass(9_000);
  gate.resolve();
  await first;
  await asked.promise;
  clock.pass(1_000);
  await away(late);
  silent = false;
  assert.equal((await check(desk))?.id, ID);
  assert.deepEqual([setup.failures, desk.failure], [[], undefined]);
});

Deno.test("Desk: the number of connections is bounded, and closing the desk ends them", async () => {
  const waiting = Promise.withResolvers<void>();
  let binds = 0;
  await using directory = startFakeDirectory(() => {
    if (++binds === 3) waiting.resolve();
    return undefined;
  });
  await using setup = open([directory], { connections: 3 });
  const all = Array.from({ length: 9 }, () => check(setup.desk));
  const ends = Promise.all(all.map(away));
  await waiting.promise;
  assert.equal(directory.accepted(), 3);
  await setup.desk.close();
  await ends;
  assert.equal(directory.accepted(), 3);
});
