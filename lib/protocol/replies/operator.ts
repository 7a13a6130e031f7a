// The replies to the requests of operators about the server as a whole.
import type { TailEvent } from "../requests/operator.ts";
import type { Role } from "../requests/user_admin.ts";
import type { Done } from "./done.ts";

/** One connection. */
export interface ClientRow {
  /** The number of the connection. */
  readonly conn: number;
  readonly user?: string | undefined;
  readonly role: Role | "guest" | "operator" | "unjoined";
  readonly state?: string | undefined;
  readonly address: string;
  /** 0 for a Unix socket. */
  readonly port: number;
  /** The current channel. */
  readonly channel?: string | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly muted?: true | undefined;
  readonly since: string;
  /** Seconds since the last request. */
  readonly idle: number;
  /** Bytes that the client has not received yet. */
  readonly queued: number;
}

/** Events per second, over the last ten seconds and the last minute. */
export interface Rates {
  readonly "10s": number;
  readonly "60s": number;
}

/** The figures of the server. */
export interface ServerStats {
  readonly version: string;
  readonly pid: number;
  readonly started_at: string;
  /** Seconds since the start. */
  readonly uptime: number;
  readonly connections: number;
  readonly users: { readonly guest: number; readonly member: number };
  /** Messages stored since the start. */
  readonly messages: { readonly global: number; readonly private: number };
  /** Messages added to outboxes since the start, one for each receiving connection. */
  readonly deliveries: number;
  readonly rates: Readonly<Record<"connections" | "messages" | "deliveries" | "refused", Rates>>;
  /** The greatest lag of the event loop in the last ten seconds. */
  readonly lag_ms: number;
  readonly memory: { readonly rss: number; readonly heap_used: number };
  readonly outbox_bytes: number;
  readonly database_bytes: number;
  readonly passwords_waiting: number;
  /** Login results since the start. */
  readonly logins: Readonly<Record<"ok" | "failed" | "throttled" | "busy" | "banned", number>>;
  readonly registrations: number;
  readonly bans: number;
}

/** One entry of the audit log. */
export interface AuditRow {
  readonly id: number;
  readonly timestamp: string;
  readonly actor: string;
  /** The action, such as `kick`. */
  readonly action: string;
  /** The user or thing that the action affected. */
  readonly target?: string | undefined;
  readonly channel?: string | undefined;
  /** The reason, the end time and similar details; may be empty. */
  readonly detail: string;
  /** Empty for the machine of the server itself. */
  readonly address: string;
}

/** The replies by the type of their request. */
export interface OperatorReplies {
  /** `conn` is the number of the operator's own connection. */
  readonly operator: Done<"operator", { readonly name: string; readonly conn: number }>;
  readonly clients: {
    readonly type: "clients";
    /** The oldest connection first. */
    readonly clients: readonly ClientRow[];
    /** The number of connections that match the filter, including those not listed. */
    readonly total: number;
  };
  readonly disconnect: Done<"disconnect", {
    readonly conn: number;
    readonly user?: string | undefined;
  }>;
  readonly reload: {
    readonly type: "reload";
    /** `refused`: a setting is not valid, and no setting changed. */
    readonly status: "ok" | "refused";
    /** The configuration file that was read, if any. */
    readonly file?: string | undefined;
    readonly problems: readonly string[];
    readonly warnings: readonly string[];
    readonly changed: readonly string[];
    readonly needs_restart: readonly string[];
  };
  readonly stats: { readonly type: "stats" } & ServerStats;
  readonly shutdown: Done<"shutdown">;
  /** The events to follow. Each arrives in a line of the type `event`. */
  readonly tail: Done<"tail", { readonly events: readonly TailEvent[] }>;
  readonly audit: {
    readonly type: "audit";
    /** Newest first. */
    readonly entries: readonly AuditRow[];
    /** Whether entries are missing because they did not fit. */
    readonly more?: true | undefined;
  };
  readonly note_export: Done<"note_export">;
}
