// The message box: drafts, suggestions, code, files, and the reason why the user cannot write.
import { useEffect, useRef, useState } from "preact/hooks";
import { newCid } from "../link/cid.ts";
import type { Room } from "../model/state.ts";
import { fence, openFence } from "../text/writing.ts";
import { useFiles } from "./composer_files.ts";
import { useComposerKeys } from "./composer_keys.ts";
import { Replying, Silenced, Size } from "./composer_parts.tsx";
import { HandButton } from "./hand_button.tsx";
import { Icon, IconButton } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { whyNotWrite } from "../model/permissions.ts";
import { Suggestions, useSuggestions } from "./suggestions.tsx";

/** The maximum number of lines that the box shows before it scrolls. */
const ROWS_MAX = 10;

/** Draws the message box of a room. */
export function Composer({ room }: { readonly room: Room }) {
  const page = usePage();
  const texts = useTexts();
  const box = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const silence = useApp((app) => whyNotWrite(app, room, page.now()), [room]);
  const text = room.draft;

  const write = (next: string, start = next.length, end = start) => {
    page.dispatch({ type: "draft", room: room.key, text: next });
    const area = box.current;
    if (area === null) return;
    // Set the value now. The box is drawn later, which would move the caret to the end.
    area.value = next;
    area.setSelectionRange(start, end);
    setCaret(end);
  };
  const send = () => {
    if (text.trim() === "" || byteLength(text) > (page.app.peek().server?.contentBytes ?? 8192)) {
      return;
    }
    page.dispatch({ type: "say", room: room.key, text, cid: newCid() });
    if (box.current !== null) box.current.value = "";
    setCaret(0);
    box.current?.focus();
  };
  const suggestions = useSuggestions({ room, text, caret, write });
  const onKeyDown = useComposerKeys({
    box,
    suggestions,
    write,
    send,
    escape: () => page.dispatch({ type: "reply_to", room: room.key, id: undefined }),
  });
  const files = useFiles({ box, write });
  useEffect(() => {
    if (matchMedia("(pointer: fine)").matches) box.current?.focus({ preventScroll: true });
    setCaret(box.current?.selectionEnd ?? 0);
  }, [room.key, silence]);

  const label = room.kind === "private"
    ? texts.say("composer_private", { name: room.name })
    : texts.say("composer", { room: room.name });
  if (silence !== undefined) return <Silenced room={room} silence={silence} />;
  const inFence = openFence(text, caret) !== undefined;
  return (
    <form
      class={files.over ? "composer over" : "composer"}
      data-region="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      {...files.handlers}
    >
      <Suggestions {...suggestions} />
      {room.replyTo !== undefined && <Replying room={room} id={room.replyTo} />}
      {inFence && <p class="composer-hint">{texts.say("composer_fence")}</p>}
      <div class="composer-row">
        <HandButton />
        <IconButton
          name="code"
          label={texts.say("composer_code")}
          onClick={() => {
            const area = box.current!;
            const done = fence({ text, start: area.selectionStart, end: area.selectionEnd });
            write(done.text, done.start, done.end);
            area.focus();
          }}
        />
        <IconButton
          name="file"
          class="pick-file"
          label={texts.say("composer_file")}
          onClick={files.pick}
        />
        <textarea
          ref={box}
          class={inFence ? "mono" : ""}
          rows={Math.min(ROWS_MAX, text.split("\n").length)}
          value={text}
          placeholder={label}
          aria-label={label}
          aria-autocomplete="list"
          aria-controls={suggestions.open ? "suggestions" : undefined}
          aria-activedescendant={suggestions.open ? `suggestion-${suggestions.at}` : undefined}
          enterkeyhint={matchMedia("(pointer: coarse)").matches ? "enter" : "send"}
          autocomplete="off"
          dir="auto"
          onInput={(event) => {
            page.dispatch({ type: "draft", room: room.key, text: event.currentTarget.value });
            setCaret(event.currentTarget.selectionEnd);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionEnd)}
          onKeyDown={onKeyDown}
          onPaste={files.onPaste}
        />
        <button
          type="submit"
          class="primary send"
          aria-label={texts.say("composer_send")}
          title={texts.say("composer_send")}
          disabled={text.trim() === ""}
        >
          <Icon name="send" />
        </button>
      </div>
      <Size bytes={byteLength(text)} />
      {files.over && <p class="composer-drop">{texts.say("composer_drop")}</p>}
    </form>
  );
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
