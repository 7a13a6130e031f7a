// The settings of the door, in the form in which its parts read them.

/** The values of the section `[web]`. A reload changes the members in place. */
export interface WebRules {
  /** Whether the server serves the page and WebSockets. */
  readonly enabled: boolean;
  /** Whether the address is that of a trusted proxy, whose `X-Forwarded-*` fields apply. */
  readonly isProxy: (address: string) => boolean;
  /** The origins of other sites whose pages may connect, in lower case. */
  readonly origins: ReadonlySet<string>;
  /** The names under which browsers may reach the server, in lower case; empty means any name. */
  readonly hosts: ReadonlySet<string>;
  /** Whether the server tells browsers to use HTTPS only. */
  readonly hsts: boolean;
  /** The title of the page; empty for the default. */
  readonly className: string;
}
