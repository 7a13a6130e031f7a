// The icons of the page: lines on a grid of 24, in the colour of the text.

const PATHS = {
  menu: "M4 7h16M4 12h16M4 17h10",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M16 4.3a3.5 3.5 0 0 1 0 6.5M18 14.9c2 .8 3.2 2.5 3.5 5.1",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16 16l4.5 4.5",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  send: "M4.5 12h8M4.5 12 3 4.5l18 7.5-18 7.5z",
  reply: "M9 7 4 12l5 5M4 12h9c4 0 6.5 2 7 6",
  link:
    "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  more:
    "M5 12a.8.8 0 1 0 1.6 0A.8.8 0 1 0 5 12M11.2 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0M17.4 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0",
  code: "m8.5 7-5 5 5 5M15.5 7l5 5-5 5",
  file:
    "M13.5 3H7a1.5 1.5 0 0 0-1.5 1.5v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.5V8zM13.5 3v5h5",
  close: "M6 6l12 12M18 6 6 18",
  trash:
    "M4.5 7h15M10 11v6M14 11v6M6.5 7l.8 12a1.5 1.5 0 0 0 1.5 1.5h6.4a1.5 1.5 0 0 0 1.5-1.5l.8-12M9 7V4.5A1 1 0 0 1 10 3.5h4a1 1 0 0 1 1 1V7",
  copy: "M9 9h10.5v11.5H9zM15 9V4.5H4.5V16H9",
  lock: "M6 11h12v9.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  eye:
    "M2.5 12c2-4 5.3-6.5 9.5-6.5S19.5 8 21.5 12c-2 4-5.3 6.5-9.5 6.5S4.5 16 2.5 12M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
  megaphone: "M4 10v4h3l9 5V5l-9 5zM19 9.5c1.3 1.2 1.3 3.8 0 5M7.5 14l1.5 5.5h2L10 15.5",
  gear:
    "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
  help:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M9.5 9.5c.2-1.5 1.2-2.3 2.6-2.3 1.5 0 2.5.9 2.5 2.2 0 1.9-2.5 2-2.5 4.1M12 16.7h.01",
  theme: "M12 20.5a8.5 8.5 0 1 0 0-17zM12 20.5a8.5 8.5 0 0 1 0-17z",
  globe:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M3.5 12h17M12 3c2.5 2.5 3.7 5.5 3.7 9s-1.2 6.5-3.7 9c-2.5-2.5-3.7-5.5-3.7-9S9.5 5.5 12 3",
  exit: "M14 4H6a1.5 1.5 0 0 0-1.5 1.5v13A1.5 1.5 0 0 0 6 20h8M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5",
  down: "M12 5v14M6 13l6 6 6-6",
  chevron: "m7 10 5 5 5-5",
  check: "m5 12.5 4.5 4.5L19 7.5",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5.5l3.5 2",
  warning: "M12 4 2.5 20h19zM12 10v4.5M12 17.3h.01",
  mute: "M4 10v4h3l6 4.5v-13L7 10zM16.5 9.5l5 5M21.5 9.5l-5 5",
  mail: "M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7",
  pencil: "m4 20 1-4.5L16.5 4l3.5 3.5L8.5 19z",
  retry: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4.5V9H15",
  qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2",
  at: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M16 8v5.5c0 3 4.5 3 4.5-1.5a8.5 8.5 0 1 0-3.5 6.9",
  hand:
    "M8 13V6a1.5 1.5 0 0 1 3 0v5.5V4.5a1.5 1.5 0 0 1 3 0v7V6a1.5 1.5 0 0 1 3 0v8.5a6 6 0 0 1-6 6c-2.4 0-3.9-1-5-2.8l-2.6-4c-.8-1.3.9-2.6 2-1.5z",
  flag: "M5.5 21V4M5.5 4.5h12l-2.5 4 2.5 4h-12",
  screen: "M3.5 4.5h17v11h-17zM12 15.5v2.5M8 20.5l4-2.5 4 2.5",
  save: "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
  list: "M4 6.5h16M4 12h8M4 17.5h6M14 15.5l2.5 2.5 4-5",
  braces:
    "M9.5 4H9a2.5 2.5 0 0 0-2.5 2.5v3L4.5 12l2 2.5v3A2.5 2.5 0 0 0 9 20h.5M14.5 4h.5a2.5 2.5 0 0 1 2.5 2.5v3l2 2.5-2 2.5v3A2.5 2.5 0 0 1 15 20h-.5",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  play: "M8 5.5l10 6.5-10 6.5z",
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** Draws an icon beside text, or in a button that has a label. Screen readers skip it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Draws a button that contains only an icon. `label` is its name. */
export function IconButton(
  { name, label, onClick, ...rest }: {
    readonly name: IconName;
    readonly label: string;
    readonly onClick?: () => void;
    readonly class?: string;
    readonly type?: "button" | "submit";
    readonly "aria-expanded"?: boolean;
    readonly "aria-pressed"?: boolean;
    readonly tabIndex?: number;
    readonly disabled?: boolean;
  },
) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      class={`icon-button ${rest.class ?? ""}`}
      onClick={onClick}
    >
      <Icon name={name} />
    </button>
  );
}
