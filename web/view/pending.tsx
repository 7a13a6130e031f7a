// The user's messages that the server has not stored yet.
import type { Pending } from "../model/state.ts";
import { Avatar } from "./avatar.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { MessageText } from "./message_text.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

const ICONS: Readonly<Record<Pending["state"], IconName>> = {
  waiting: "clock",
  sent: "clock",
  checking: "retry",
  failed: "warning",
};

/** Draws a message that is not stored yet, with its state and its buttons. */
export function PendingMessage({ pending }: { readonly pending: Pending }) {
  const page = usePage();
  const texts = useTexts();
  const me = useApp((app) => app.me);
  const { cid, failure, state } = pending;
  const words = state === "sent" ? "message_sending" : `message_${state}` as const;
  return (
    <article class={`message mine pending ${state}`} data-cid={cid} tabIndex={-1}>
      <Avatar name={me?.name ?? "?"} nameKey={me?.key ?? ""} />
      <header>
        <b class="author">
          <bdi>{me?.name}</bdi>
        </b>
        <time>{texts.time(pending.at)}</time>
      </header>
      <div class="body">
        <MessageText content={pending.content} />
        <p class="delivery">
          <Icon name={ICONS[state]} /> {texts.say(words)}
          {failure !== undefined && ` – ${texts.failure(failure, page.now())}`}
        </p>
        {state === "failed" && (
          <p class="delivery-actions">
            <button type="button" onClick={() => page.dispatch({ type: "retry", cid })}>
              {texts.say("message_retry")}
            </button>
            <button
              type="button"
              onClick={() => page.dispatch({ type: "discard", cid, edit: true })}
            >
              {texts.say("message_edit")}
            </button>
            <button
              type="button"
              onClick={() => page.dispatch({ type: "discard", cid, edit: false })}
            >
              {texts.say("message_discard")}
            </button>
          </p>
        )}
      </div>
    </article>
  );
}
