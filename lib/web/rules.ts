// The settings of the door, as its parts read them.

/** What `[web]` of the settings says. A reload changes the members in place. */
export interface WebRules {
  /** Whether there is a page. */
  readonly enabled: boolean;
  /** Whether a proxy at this address may say who sent a request. */
  readonly isProxy: (address: string) => boolean;
  /** Origins besides the server's own whose pages may connect, in lower case. */
  readonly origins: ReadonlySet<string>;
  /** The names under which the server is reached, in lower case; empty: any. */
  readonly hosts: ReadonlySet<string>;
  /** Whether browsers are told to use HTTPS only. */
  readonly hsts: boolean;
  /** The title of the page; empty: ClassCord's. */
  readonly className: string;
}
