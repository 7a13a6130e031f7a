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
  /** The server that has the connection, if the server is part of a cluster. */
  readonly node?: string | undefined;
}

/** Events per second, over the last ten seconds and the last minute. */
export interface Rates {
  readonly "10s": number;
  readonly "60s": number;
}

/**
 * The figures of the server. In a cluster, `users`, `messages`, `deliveries`, `rates`, `passwords_waiting`, `logins`,
 * `registrations` and `bans` are those of the whole chat, as the leader counts them. The others are those of the server
 * that answers.
 */
export interface ServerStats {
  /** The name of the server in its cluster, if it is part of one. */
  readonly node?: string | undefined;
  /** The server that leads the cluster. If it is missing in a cluster, the figures of the chat are missing, too. */
  readonly leader?: string | undefined;
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

/** What the leader of a cluster counts for the whole chat. */
export type ChatFigures = Pick<
  ServerStats,
  | "users"
  | "messages"
  | "deliveries"
  | "rates"
  | "passwords_waiting"
  | "logins"
  | "registrations"
  | "bans"
>;

/** One server of a cluster. The members of a silent one are those that it had when it was last heard. */
export interface ClusterNodeRow {
  readonly node: string;
  /** `cut_off`: it answers, but has no contact with the log. `silent`: it does not answer. */
  readonly state: "leads" | "follows" | "cut_off" | "silent";
  readonly version: string;
  /** The last batch of the log that its database has. */
  readonly batch: number;
  /** How many batches it lacks. */
  readonly behind: number;
  /** When it was started, or last heard if it is silent. */
  readonly since: string;
  /** The version of the schema of its database. */
  readonly schema?: number | undefined;
  /** Open connections of clients. */
  readonly clients?: number | undefined;
  /** The address of the NATS server that it uses. */
  readonly nats?: string | undefined;
  /** How many milliseconds its clock is ahead of the clock of the leader. Negative if it is behind. */
  readonly clock_ms?: number | undefined;
}

/** The log of a cluster. */
export interface ClusterLog {
  readonly identity: string;
  /** The first batch that is left, and the last one. */
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** How many NATS servers are to keep it. */
  readonly replicas: number;
  /** The NATS servers that keep it. `offline`: the others do not reach it. `lag`: how many batches the server lacks. */
  readonly servers: readonly {
    readonly name: string;
    readonly current: boolean;
    readonly offline?: true;
    readonly lag: number;
  }[];
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
  readonly cluster: {
    readonly type: "cluster";
    /** The name of the cluster. */
    readonly name: string;
    /** The server that answers. */
    readonly node: string;
    /** The server that leads. Missing while the server that answers hears of none. */
    readonly leader?: string | undefined;
    /** Missing if the NATS servers do not answer. */
    readonly log?: ClusterLog | undefined;
    /** Sorted by name. */
    readonly nodes: readonly ClusterNodeRow[];
  };
  readonly cluster_forget: Done<"cluster_forget", { readonly node: string }>;
  /** `node`: the server that leads no more. */
  readonly cluster_step_down: Done<"cluster_step_down", { readonly node: string }>;
}
