// Clients of a town, and what they wait for.
import assert from "node:assert/strict";
import { Client, type Line } from "../support/client.ts";
import type { TestServer } from "../support/server.ts";

/** Limits that no test of a town meets. */
export const OPEN = { limits: { burst: 400, messages_per_second: 0 } };

/** Asks a server whether it is ready. @returns The reasons why not; `undefined` if it is. */
export async function unready({ metricsPort }: TestServer): Promise<string[] | undefined> {
  const response = await fetch(`http://127.0.0.1:${metricsPort}/readyz`);
  const { reasons } = await response.json();
  return response.status === 200 ? undefined : reasons;
}

/** Asks until the server is ready, or is not. @returns The reasons why not. */
export async function untilReady(server: TestServer, isReady: boolean): Promise<string[]> {
  for (;;) {
    const reasons = await unready(server);
    if ((reasons === undefined) === isReady) return reasons ?? [];
  }
}

/** Sends a request and returns the line that has its `ref`. */
export async function ask(client: Client, request: Line): Promise<Line> {
  const ref = crypto.randomUUID();
  await client.send({ ...request, ref });
  return await client.find((line) => line["ref"] === ref);
}

/** A guest of a client that uses the additions. */
export async function join(server: TestServer, from: string): Promise<Client> {
  const client = await Client.connect(server.port);
  assert.equal((await ask(client, { type: "message", from, content: "" }))["type"], "ack");
  return client;
}

/** A guest of an old client. */
export async function joinOld(server: TestServer, from: string): Promise<Client> {
  const client = await Client.connect(server.port);
  await client.send({ type: "message", from, content: "" });
  await client.ask({ type: "users" });
  return client;
}

/** The contents of the last hundred messages that a client can read, oldest first. */
export async function contents(client: Client): Promise<unknown[]> {
  const { messages } = await ask(client, { type: "history", channel: "#général", limit: 100 });
  return (messages as Line[]).map(({ content }) => content);
}
