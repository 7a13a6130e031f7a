// The interface through which commands change groups, with or without a running server.
import type { GroupReplies } from "../../protocol/replies/groups.ts";
import type { RequestLine } from "../../protocol/request.ts";

/** A request about groups. */
export type GroupRequest = keyof GroupReplies;

/** The members of a request besides its type. */
export type GroupMembers<T extends GroupRequest> = Omit<RequestLine<T>, "type" | "ref">;

/** Answers requests about groups as the running server does. Every failure is a whole sentence. */
export interface GroupAdmin {
  /** Answers one request. */
  ask<T extends GroupRequest>(type: T, members: GroupMembers<T>): Promise<GroupReplies[T]>;
  /** Checks that all these accounts exist. */
  checkAccounts(names: readonly string[]): Promise<void>;
}
