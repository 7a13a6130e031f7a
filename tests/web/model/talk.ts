// A page with an open connection, for the tests of signing in. The test writes the server's replies.
import assert from "node:assert/strict";
import { type Line, NOON, NOTHING_KEPT, Page } from "./fakes.ts";

/** The reply to `hello`. */
export const HELLO = {
  type: "hello",
  version: "1",
  guests: true,
  registration: true,
  passwords: "ok",
  limits: { content_bytes: 8192, password_min: 4 },
  session_days: 30,
  class_name: "BTS",
  time: new Date(NOON + 5000).toISOString(),
};

/** A page with an open connection. The test writes the server's replies. */
export class Talk {
  readonly page = new Page();

  constructor(kept: Partial<typeof NOTHING_KEPT> = {}) {
    this.page.event({ type: "start", kept: { ...NOTHING_KEPT, ...kept }, route: { at: "home" } });
    this.open();
  }

  /** Opens the connection. */
  open(hello: Line = HELLO): void {
    const link = { state: "open", since: NOON, joined: false, caughtUp: false } as const;
    this.page.event({ type: "link", link });
    this.answer("hello", hello);
  }

  /** Breaks the connection. */
  close(): void {
    this.page.sent.length = 0;
    const { now } = this.page;
    this.page.event({ type: "link", link: { state: "waiting", since: now, until: now + 500 } });
  }

  /** Replies to the latest request of a type. */
  answer(type: string, line: Line): void {
    const found = this.page.sent.findLastIndex((each) => each.type === type);
    assert.ok(found >= 0, `the page has sent no ${type}`);
    const [request] = this.page.sent.splice(found, 1);
    this.page.line({ ...line, ref: request!.ref });
  }

  /** Replies to the latest request of a type with an error. */
  refuse(type: string, code: string, more: Line = {}): void {
    this.answer(type, { type: "error", code, message: "-", ...more });
  }

  /** Returns the latest value stored under a key. */
  kept(where: "tab" | "device", key: string): unknown {
    const all = this.page.commands.filter((each) => each.type === "store");
    return all.findLast((each) => each.where === where && each.key === key)?.value;
  }
}
