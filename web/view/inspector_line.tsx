// A line in the inspector. Opened, it shows its members, its place in the description of the protocol, and copies.
import { hrefOf } from "../model/route.ts";
import type { WireLine } from "../link/wire_log.ts";
import { plainOf, sectionOfType } from "../text/manual.ts";
import { copyText } from "./clipboard.ts";
import { Icon } from "./icons.tsx";
import { memo } from "./memo.ts";
import { usePage, useTexts } from "./page.ts";

interface Properties {
  readonly line: WireLine;
  readonly open: boolean;
  /** Whether the Tab key reaches it. */
  readonly reachable: boolean;
  readonly onOpen: (key: number | undefined) => void;
}

/** Draws a line: its time, direction, text and bytes. */
export const InspectorLine = memo(function InspectorLine(
  { line, open, reachable, onOpen }: Properties,
) {
  const texts = useTexts();
  const { at, bytes, direction, key, text } = line;
  return (
    <li class={direction}>
      <button
        type="button"
        class="wire-line"
        data-key={key}
        tabIndex={reachable ? 0 : -1}
        aria-expanded={open}
        onClick={() => onOpen(open ? undefined : key)}
      >
        <time>{timeOf(at)}</time>
        <span class="wire-arrow">
          <span aria-hidden="true">{direction === "out" ? "▲" : "▼"}</span>
          <span class="off-screen">{texts.say(`insp_${direction}`)}</span>
        </span>
        <code dir="ltr">{text}</code>
        <small>{bytes}</small>
      </button>
      {open && <Details line={line} />}
    </li>
  );
});

function Details({ line }: { readonly line: WireLine }) {
  const page = usePage();
  const texts = useTexts();
  const members = membersOf(line.text);
  const type = typeof members?.type === "string" ? members.type.toLowerCase() : "";
  const manuals = page.manuals.value;
  const section = type === "" || manuals === undefined
    ? undefined
    : (texts.language === "fr" ? sectionOfType(manuals.fr, type) : undefined) ??
      sectionOfType(manuals.en, type);
  return (
    <div class="wire-details">
      <pre tabIndex={0} dir="ltr">
        {members === undefined ? line.text : JSON.stringify(members, null, 2)}
      </pre>
      <div class="buttons">
        {section !== undefined && (
          <a href={hrefOf({ at: "protocol", section: section.slug })}>
            <Icon name="help" /> {texts.say("insp_place", { section: plainOf(section.title) })}
          </a>
        )}
        <button
          type="button"
          class="small"
          onClick={() => void copyText(page, line.text, "copied")}
        >
          <Icon name="copy" /> {texts.say("insp_copy_line")}
        </button>
        {line.text.includes("•••") && <span class="hint">{texts.say("insp_masked")}</span>}
      </div>
    </div>
  );
}

function membersOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const members = JSON.parse(text);
    return typeof members === "object" && members !== null ? members : undefined;
  } catch {
    return undefined;
  }
}

/** Returns a time with milliseconds: the order of lines within a second is what an inspector is for. */
function timeOf(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${clock}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
