// The metrics of the chat that are read on request: present numbers of connections, users, channels and so on.
import { Gauge, type Registry } from "./prom.ts";
import { VERSION } from "../../version.ts";
import type { Storage } from "../data/storage.ts";
import { addNodeGauges, type NodeReading } from "./cluster.ts";
import { addStorageMetrics } from "./storage.ts";

/** Functions that return the present values of gauges. */
export interface GaugeSources {
  /** Open connections. */
  readonly connections: () => number;
  /** Users who are online. */
  readonly users: () => { guest: number; member: number };
  /** Channels. */
  readonly channels: () => number;
  /** Kept messages. */
  readonly mailWaiting: () => number;
  /** Bytes that wait in outboxes. */
  readonly outboxBytes: () => number;
  /** Passwords that wait to be hashed. */
  readonly passwordsWaiting: () => number;
  /** Active bans. */
  readonly bans: () => number;
  /** The state of the directory. Without this, there are no metrics of it. */
  readonly directory?: (() => { readonly waiting: number; readonly isUp: boolean }) | undefined;
  /** The state of a node. Without this, there are no metrics of clusters. */
  readonly node?: () => NodeReading;
  /** The state of the disk. Without this, there are no metrics of the disk. */
  readonly storage?: () => Storage;
}

/** Adds the gauges to a registry. */
export function addGauges(registry: Registry, sources: GaugeSources): void {
  const registers = [registry];
  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  gauge("classcord_connections", "Open connections.", sources.connections);
  new Gauge({
    name: "classcord_users_online",
    help: "Users who have joined, by kind.",
    labelNames: ["kind"],
    registers,
    collect() {
      const { guest, member } = sources.users();
      this.set({ kind: "guest" }, guest);
      this.set({ kind: "member" }, member);
    },
  });
  gauge("classcord_channels", "Channels.", sources.channels);
  gauge(
    "classcord_mail_waiting",
    "Private messages that wait for their account to log in.",
    sources.mailWaiting,
  );
  gauge("classcord_outbox_bytes", "Bytes waiting to be written to clients.", sources.outboxBytes);
  gauge(
    "classcord_passwords_waiting",
    "Passwords waiting to be hashed or verified.",
    sources.passwordsWaiting,
  );
  gauge("classcord_bans", "Bans in force, of users and of addresses.", sources.bans);
  const { directory } = sources;
  if (directory !== undefined) {
    gauge(
      "classcord_directory_waiting",
      "Requests that wait for a connection to the directory of the school.",
      () => directory().waiting,
    );
    gauge(
      "classcord_directory_up",
      "1 if the directory of the school answered the last request, 0 if not.",
      () => Number(directory().isUp),
    );
  }
  if (sources.node !== undefined) addNodeGauges(registry, sources.node);
  if (sources.storage !== undefined) addStorageMetrics(registry, sources.storage);
  new Gauge({
    name: "classcord_build_info",
    help: "Always 1; the labels have the versions.",
    labelNames: ["version", "deno", "v8"],
    registers,
  }).set({ version: VERSION, deno: Deno.version.deno, v8: Deno.version.v8 }, 1);
}
