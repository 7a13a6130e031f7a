// The projector view: one room in large type, with its address. Nothing private is ever on it: no other rooms, no
// notices, no replies to commands, no unsent messages, no unread counts.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isStaff } from "../model/permissions.ts";
import { hrefOf, routeTo } from "../model/route.ts";
import type { Block, Item } from "../model/state.ts";
import { IconButton } from "./icons.tsx";
import { linkTo } from "./message_actions.tsx";
import { MessageText } from "./message_text.tsx";
import { closedUi, currentRoom, PageContext, useApp, usePage, useTexts } from "./page.ts";
import { LOCAL, QrCode } from "./qr.tsx";
import { ReplyQuote } from "./reply_quote.tsx";
import { rowsOf } from "./rows.ts";

/** The number of messages that are drawn, the newest. */
const SHOWN = 60;

/** The number of text sizes. */
const SIZES = 5;

/** Draws the projector view. */
export function Projector() {
  const page = usePage();
  const texts = useTexts();
  const [size, setSize] = useState(1);
  const route = useApp((app) => app.route);
  const room = useApp(currentRoom);
  const offline = useApp(({ link }) => link.state !== "open");
  const name = room?.name ?? (route.at === "projector" ? route.name : "");
  const resize = (step: number) => setSize((now) => Math.min(SIZES - 1, Math.max(0, now + step)));
  useEffect(() => {
    // Dialogs and panels that are open belong to the user, and so do the last words for screen readers.
    page.ui.dialog.value = undefined;
    page.ui.toast.value = undefined;
    document.getElementById("announcer")?.replaceChildren();
    const onKeyDown = ({ key, ctrlKey, metaKey }: KeyboardEvent) => {
      if (ctrlKey || metaKey) return;
      if (key === "+") resize(1);
      if (key === "-") resize(-1);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  const back = () => {
    if (route.at !== "projector") return;
    location.hash = hrefOf(routeTo({ key: route.room, name }));
  };
  return (
    <main class={`projector zoom-${size}`}>
      <section class="projected" aria-label={texts.say("projector", { room: name })}>
        {room?.member === true
          ? <Messages name={name} items={newest(room.window.newer ? [] : room.window.blocks)} />
          : <p class="projector-note">{texts.say("projector_outside", { room: name })}</p>}
      </section>
      <aside class="projector-side" aria-label={texts.say("qr", { room: name })}>
        <h1>
          <bdi>{name}</bdi>
        </h1>
        <Address />
        <Numbers />
        {offline && <p class="projector-note" role="status">{texts.say("projector_offline")}</p>}
      </aside>
      <nav class="projector-keys" aria-label={texts.say("projector_keys")}>
        <IconButton
          name="minus"
          label={texts.say("projector_smaller")}
          disabled={size === 0}
          onClick={() => resize(-1)}
        />
        <IconButton
          name="plus"
          label={texts.say("projector_larger")}
          disabled={size === SIZES - 1}
          onClick={() => resize(1)}
        />
        <IconButton name="close" label={texts.say("projector_leave")} onClick={back} />
      </nav>
    </main>
  );
}

function newest(blocks: readonly Block[]): Item[] {
  return blocks.slice(-3).flatMap(({ items }) => items).slice(-SHOWN);
}

/** Draws the messages. The last one stays at the bottom, unless the user has scrolled up. */
function Messages({ items, name }: { readonly items: readonly Item[]; readonly name: string }) {
  const page = usePage();
  const texts = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  // A click on a name must not open anything on the projector, nor later.
  const inner = useRef({ ...page, ui: closedUi(), dispatch: () => {} });
  useLayoutEffect(() => {
    if (follows.current) box.current?.scrollTo(0, box.current.scrollHeight);
  });
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (follows.current) box.current?.scrollTo(0, box.current.scrollHeight);
    });
    observer.observe(box.current!);
    observer.observe(box.current!.firstElementChild!);
    return () => observer.disconnect();
  }, []);
  const rows = rowsOf(items, { before: undefined, line: undefined, asides: [] });
  return (
    <PageContext.Provider value={inner.current}>
      <div
        ref={box}
        class="projector-log"
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={texts.say("log", { room: name })}
        // A link to another place of the page would show what is private.
        onClick={(event) =>
          event.target instanceof Element && event.target.closest("a[href^='#']") !== null &&
          event.preventDefault()}
        onScroll={({ currentTarget: { clientHeight, scrollHeight, scrollTop } }) =>
          follows.current = scrollHeight - scrollTop - clientHeight < 40}
      >
        <div>
          {items.length === 0 && <p class="projector-note">{texts.say("projector_empty")}</p>}
          {rows.map((row) =>
            row.kind === "message" && (
              <article
                key={row.item.id}
                class={row.continued ? "projector-message continued" : "projector-message"}
                data-id={row.item.id}
              >
                <header>
                  <bdi>{row.item.from}</bdi>{" "}
                  <time dateTime={new Date(row.item.at).toISOString()}>
                    {texts.time(row.item.at)}
                  </time>
                </header>
                {row.item.replyTo !== undefined && <Quote item={row.item} />}
                {row.item.deleted
                  ? <p class="gone">{texts.say("message_deleted")}</p>
                  : <MessageText content={row.item.content} />}
              </article>
            )
          )}
        </div>
      </div>
    </PageContext.Provider>
  );
}

function Quote({ item }: { readonly item: Item }) {
  const room = useApp(currentRoom);
  if (room === undefined || item.replyTo === undefined) return null;
  return <ReplyQuote room={room.key} id={item.replyTo} />;
}

/** Draws the QR code and the address of the room. */
function Address() {
  const page = usePage();
  const texts = useTexts();
  const room = useApp(currentRoom);
  if (room === undefined) return null;
  const address = linkTo(page, room.key, undefined);
  return (
    <>
      <QrCode text={address} label={texts.say("qr", { room: room.name })} />
      <p class="projector-address">
        {location.host}
        {location.pathname === "/" ? "" : location.pathname}
      </p>
      {LOCAL.test(location.hostname) && <p class="projector-note">{texts.say("projector_local")}
      </p>}
    </>
  );
}

/** Draws how many people are in the room. Staff sees the number of raised hands as well, without names. */
function Numbers() {
  const texts = useTexts();
  const people = useApp((app) => currentRoom(app)?.members.size ?? 0);
  const hands = useApp(({ lesson, me }) => isStaff(me) ? lesson.hands.length : 0);
  return (
    <p class="projector-numbers">
      {people > 0 && texts.count("projector_people", people)}
      {hands > 0 && ` · ${texts.count("projector_hands", hands)}`}
    </p>
  );
}
