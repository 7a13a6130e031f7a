// What another leader needs to go on with a session, as plain values.
import type { CloseReason } from "../../net/peer.ts";
import type { TailEvent } from "../../protocol/requests/operator.ts";
import type { Mute } from "../../store/sanctions.ts";
import type { MailState } from "../delivery/mail_batch.ts";
import type { ChatWindow, Hello, Session } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { stateOfUser, type UserState } from "./user_state.ts";

/** The state of a session as plain values. Members that are missing have their value of a new session. */
export interface SessionState {
  /** When it connected, in milliseconds since 1970. */
  readonly connectedAt: number;
  readonly user?: UserState;
  /** The id of the current channel. */
  readonly channel?: number;
  readonly modern?: boolean;
  readonly loggedOut?: boolean;
  readonly isConnected?: boolean;
  readonly oneByOne?: boolean;
  readonly closing?: CloseReason;
  readonly knownAs?: string;
  /** The name that an operator has claimed. */
  readonly operator?: string;
  readonly token?: string;
  readonly invite?: number;
  readonly window?: Omit<ChatWindow, "cancel">;
  readonly mail?: MailState;
  /** The private messages that may not have arrived. */
  readonly unheard?: readonly number[];
  readonly hello?: Omit<Hello, "features"> & { readonly features: readonly string[] };
  readonly mute?: Mute;
  /** Whether its user was sending a class list. The rows have passwords, so they are in no log. */
  readonly lostList?: true;
  readonly marks?: readonly (readonly [channel: number, id: number])[];
  /** The events that an operator follows. */
  readonly events?: readonly TailEvent[];
}

/** Returns the state of a session. */
export function stateOf(session: Session, services: Services): SessionState {
  const { user, channel, knownAs, token, invite, window, hello, mute, marks, operator } = session;
  const mail = services.mail.stateOf(session);
  const unheard = services.mail.unheard.pendingOf(session);
  return {
    connectedAt: session.connectedAt,
    ...user !== undefined && { user: stateOfUser(user, services) },
    ...channel !== undefined && { channel: channel.channel.id },
    ...session.modern && { modern: true },
    ...session.loggedOut && { loggedOut: true },
    ...session.isConnected && { isConnected: true },
    ...session.closing !== undefined && { closing: session.closing },
    ...session.readsOneByOne && { oneByOne: true },
    ...knownAs !== undefined && { knownAs },
    ...session.operator !== undefined && { operator: session.operator.name },
    ...token !== undefined && { token },
    ...invite !== undefined && { invite },
    ...window !== undefined && { window: stateOfWindow(window) },
    ...mail !== undefined && { mail },
    ...unheard.length > 0 && { unheard },
    ...hello !== undefined && { hello: { ...hello, features: [...hello.features] } },
    ...mute !== undefined && { mute },
    ...(session.sentList !== undefined || session.hasLostList) && { lostList: true },
    ...marks !== undefined && { marks: [...marks] },
    ...operator?.events !== undefined && { events: operator.events },
  };
}

function stateOfWindow({ cancel: _, ...window }: ChatWindow): Omit<ChatWindow, "cancel"> {
  return window;
}
