// The parts of the server that handlers use. The code that builds the server creates them.
import type { Accounts } from "../auth/accounts.ts";
import type { DeskLogins } from "../auth/directory_logins.ts";
import type { WrongTokens } from "../auth/tokens.ts";
import type { Turns } from "../net/turns/turns.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { AddressLimit } from "./limits/address_limit.ts";
import type { RegistrationWindows } from "./invites/windows.ts";
import type { BanList } from "./moderation/ban_list.ts";
import type { Channels } from "./presence/channels.ts";
import type { GuestMarks } from "./conversation/guest_marks.ts";
import type { Mailbox } from "./delivery/mailbox.ts";
import type { Lesson } from "./lesson/lesson.ts";
import type { MessageLog } from "./delivery/message_log.ts";
import type { Outputs } from "./delivery/outputs.ts";
import type { ServerObserver } from "./observer.ts";
import type { Operations } from "./operations.ts";
import type { CreatePolicy } from "./permissions.ts";
import type { RateLimits } from "./limits/rate_limit.ts";
import type { ReplyFlow } from "./limits/reply_flow.ts";
import type { GuestTokens } from "./presence/guest_tokens.ts";
import type { Lingering } from "./presence/lingering.ts";
import type { Roster } from "./presence/roster.ts";
import type { Session } from "./presence/session.ts";
import type { Sessions } from "./presence/sessions.ts";
import type { AuditStore } from "../store/audit.ts";
import type { DirectoryAccountStore } from "../store/school/directory_accounts.ts";
import type { ChannelStore } from "../store/channels.ts";
import type { GroupStore } from "../store/groups.ts";
import type { HistoryStore } from "../store/history.ts";
import type { InviteStore } from "../store/invites/invites.ts";
import type { ReadMarkStore } from "../store/page/read_marks.ts";
import type { WebSessionStore } from "../store/page/web_sessions.ts";
import type { SchoolStore } from "../store/school/apply.ts";
import type { PersonalDataStore } from "../store/personal_data.ts";
import type { Searcher } from "../store/search/searcher.ts";
import type { SanctionStore } from "../store/sanctions.ts";
import type { PeerInfo } from "../net/peer.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { RequestType } from "../protocol/request.ts";
import type { Texts } from "./texts/catalogue.ts";
import type { UnsentNotices } from "./delivery/unsent.ts";
import type { Windows } from "./delivery/windows.ts";

/** The limits of the chat; 0 means no limit. */
export interface ChatLimits {
  /** Longest line in bytes, in and out. */
  readonly lineBytes: number;
  /** Longest content in bytes of UTF-8. */
  readonly contentBytes: number;
  /** Longest reply in bytes. It limits lists that could grow without end. */
  readonly replyBytes: number;
  /** Limits on the requests of one connection. */
  readonly requests: RateLimits;
  /** Malformed lines allowed per connection and minute. */
  readonly malformedPerMinute: number;
  /** Seconds without a request after which a connection that has not joined is closed. */
  readonly unjoinedSeconds: number;
  /** Private messages that may be kept for one account. */
  readonly mailMessages: number;
  /** Bytes of the messages kept for one account. */
  readonly mailBytes: number;
}

/** The rules for pages and other clients that stay signed in. */
export interface StayRules {
  /** Days until a token expires; 0 means that the server gives no tokens. */
  readonly sessionDays: number;
  /** How long a user may come back without an announcement, in seconds; 0 means not at all. */
  readonly lingerSeconds: number;
  /** The name of the class or the school; empty without one. */
  readonly className: string;
}

/** The properties of the server that the reply to `hello` has. */
export interface Greeting {
  readonly version: string;
  /** The minimum length of a password in characters. */
  readonly passwordMin: number;
  /** The port that accepts TLS, if there is one. */
  readonly tlsPort: number | undefined;
}

/** The rules for creating and joining channels. */
export interface ChannelRules {
  readonly create: CreatePolicy;
  /** Maximum number of channels. */
  readonly max: number;
  /** Maximum number of channels per user, #général not counted. */
  readonly perUser: number;
  /** Maximum number of channels that one account may create. */
  readonly perMaker: number;
}

/** The parts that handlers use. */
export interface Services {
  readonly accounts: Accounts;
  readonly accountStore: Pick<
    AccountStore,
    "findByKey" | "findById" | "findClaim" | "lookAlikes" | "page"
  >;
  /** What operators may change about accounts. */
  readonly accountChanges: Pick<
    AccountStore,
    "create" | "setPasswordHash" | "setDisabled" | "setRole" | "detachMessages" | "delete" | "count"
  >;
  /** The accounts that live in the school's directory. */
  readonly directoryAccounts: DirectoryAccountStore;
  /** Logs in with that directory, if the settings have one. */
  readonly directory: DeskLogins | undefined;
  /** The groups of accounts. */
  readonly groups: GroupStore;
  /** The personal data of accounts, which is deleted with them. */
  readonly personalData: PersonalDataStore;
  /** Class lists: what a plan needs to know, and its effect. */
  readonly school: Pick<SchoolStore, "directory" | "apply" | "rename">;
  readonly roster: Roster;
  readonly log: MessageLog;
  /** Collects what requests cause at the edges until the turn is committed. */
  readonly outputs: Outputs;
  readonly observer: ServerObserver;
  /** The server as a whole, for operators. */
  readonly operations: Operations;
  /** Returns the server of the cluster that an edge belongs to; `undefined` without a cluster. */
  readonly nodeOf: (edge: string) => string | undefined;
  readonly channels: Channels;
  /** Expulsions from channels. `channels` knows the members. */
  readonly expulsions: Pick<ChannelStore, "expel" | "marksOf">;
  readonly history: HistoryStore;
  /** Full-text search beside the event loop. */
  readonly search: Searcher;
  readonly mail: Mailbox;
  readonly windows: Windows;
  readonly unsent: UnsentNotices;
  readonly sanctions: SanctionStore;
  readonly banList: BanList;
  /** The tokens of accounts that stay signed in. */
  readonly webSessions: WebSessionStore;
  /** The tokens of guests. */
  readonly guestTokens: GuestTokens;
  readonly wrongTokens: WrongTokens;
  /** The users who have left but may come back before other users are told. */
  readonly lingering: Lingering;
  /** The read marks of accounts. */
  readonly readMarks: ReadMarkStore;
  /** The read marks of guests. */
  readonly guestMarks: GuestMarks;
  /** Hands, attendance, reports and the policy for private messages. */
  readonly lesson: Lesson;
  readonly web: StayRules;
  /** Returns further properties of the server for the reply to `hello`. */
  readonly greeting: () => Greeting;
  readonly audit: AuditStore;
  /** Runs some work on the store in one transaction. */
  readonly atomically: <T>(work: () => T) => T;
  /** All sessions, joined or not, operators' too. Only the chat server adds and removes sessions. */
  readonly sessions: Sessions;
  readonly texts: Texts;
  readonly channelRules: ChannelRules;
  readonly limits: ChatLimits;
  /** The limits that the connections of an address share. */
  readonly addressLimit: AddressLimit;
  /** Bounds the long replies on their way to all connections. */
  readonly replyFlow: ReplyFlow;
  /** Decides whose turn it is to work. Long work is done in steps and waits for its turn between them. */
  readonly turns: Turns;
  /** The error for a password sent over a plaintext connection where TLS is required. */
  readonly refusesPassword: (peer: PeerInfo) => ProtocolError | undefined;
  /** Whether operators may manage accounts. */
  readonly accountAdmin: boolean;
  /** The error for a request that would store something new when the disk is full or the database is missing. */
  readonly refusesStoring: () => ProtocolError | undefined;
  /** Whether guests may join; `invite`: with an invitation. */
  readonly guests: boolean | "invite";
  /** Whether clients may register accounts; `invite`: with an invitation. */
  readonly registration: boolean | "invite";
  readonly invites: InviteStore;
  /** Throttles wrong codes of invitations. */
  readonly wrongCodes: WrongTokens;
  /** For which addresses registration is open for a time. */
  readonly registrationWindows: RegistrationWindows;
  /** Returns the address of the page for links, without a slash at the end. */
  readonly pageAddress: () => string;
  /** The error for a request of a type that cannot be done now. By default all can. */
  readonly refuses?: (type: RequestType) => ProtocolError | undefined;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Replies to a request, after the acks of the messages that its connection sent before. */
export function reply(session: Session, line: string, services: Services): void {
  afterReply(session, () => session.answer(line), services);
}

/** Runs a function once the connection has received the acks of its messages so far. */
export function afterReply(session: Session, run: () => void, { log }: Services): void {
  if (session.unreported === 0) run();
  else log.append({ kind: "local", run });
}
