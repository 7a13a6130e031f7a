// The policy in force for private messages: as staff has set it, or as configured.
import type { PrivatePolicy } from "../../protocol/requests/lesson.ts";
import type { PrivatePolicyStore } from "../../store/lesson/private_policy.ts";

/** What the policy works with. */
export interface PolicyParts {
  readonly store: Pick<PrivatePolicyStore, "read" | "write">;
  /** The configured policy. Read at each use. */
  readonly rules: { readonly privateMessages: PrivatePolicy };
}

/** Owns the policy. */
export class CurrentPolicy {
  readonly #parts: PolicyParts;
  #set: PrivatePolicy | undefined;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
    this.#set = parts.store.read();
  }

  /** The policy in force. */
  get value(): PrivatePolicy {
    return this.#set ?? this.#parts.rules.privateMessages;
  }

  /** Whether staff has set a policy, so that the configured one has no effect. */
  get isSet(): boolean {
    return this.#set !== undefined;
  }

  /** Whether staff has set the policy to this value. */
  isSetTo(policy: PrivatePolicy): boolean {
    return this.#set === policy;
  }

  /** Stores the policy. It is in force once {@linkcode apply} is called, after the transaction. */
  store(policy: PrivatePolicy): void {
    this.#parts.store.write(policy);
  }

  /** Puts a stored policy in force. */
  apply(policy: PrivatePolicy): void {
    this.#set = policy;
  }
}
