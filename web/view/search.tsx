// The search page: the search text, the channel to search, and the hits. A hit opens in its conversation.
import { useState } from "preact/hooks";
import { hrefOf } from "../model/route.ts";
import type { Hit } from "../model/state.ts";
import { Avatar } from "./avatar.tsx";
import { Field } from "./fields.tsx";
import { Icon } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { RoomsButton } from "./room_head.tsx";

/** Draws the search page. */
export function SearchPage() {
  const page = usePage();
  const texts = useTexts();
  const route = useApp((app) => app.route);
  const search = useApp((app) => app.search);
  const channels = useApp((app) =>
    [...app.rooms.values()].filter(({ kind, member }) => kind === "channel" && member).map((
      { name },
    ) => name)
  );
  const asked = route.at === "search" ? route : { query: "", channel: undefined };
  const [words, setWords] = useState(asked.query);
  const [where, setWhere] = useState(asked.channel ?? "");
  const look = (event?: Event) => {
    event?.preventDefault();
    const query = words.trim();
    if (query === "") return;
    location.hash = hrefOf({ at: "search", query, channel: where === "" ? undefined : where });
  };
  return (
    <section class="sheet" data-region="log" tabIndex={-1}>
      <header class="room-head">
        <RoomsButton />
        <h1>{texts.say("search_title")}</h1>
      </header>
      <form class="search-form" role="search" onSubmit={look}>
        <Field
          label={texts.say("search_words")}
          type="search"
          value={words}
          onValue={setWords}
          hint={texts.say("search_hint")}
          maxLength={200}
          autofocus
        />
        <div class="field">
          <label for="where">{texts.say("search_where")}</label>
          <select
            id="where"
            value={where}
            onChange={(event) => setWhere(event.currentTarget.value)}
          >
            <option value="">{texts.say("search_everywhere")}</option>
            {channels.map((name) => <option key={name} value={name}>{name}</option>)}
          </select>
        </div>
        <button type="submit" class="primary">
          <Icon name="search" /> {texts.say("search")}
        </button>
      </form>
      <div class="hits" aria-busy={search?.state === "busy"}>
        <p class="empty" role="status">
          {search?.state === "busy" && texts.say("search_busy")}
          {search?.state === "failed" && search.failure !== undefined &&
            texts.failure(search.failure, page.now())}
          {search?.state === "done" &&
            (search.hits.length === 0
              ? texts.say("search_none")
              : texts.count("search_results", search.hits.length))}
          {search?.complete === false && ` ${texts.say("search_incomplete")}`}
        </p>
        <ol>{search?.hits.map((hit) => <HitLine key={hit.item.id} hit={hit} />)}</ol>
        {search?.more === true && search.state === "done" && (
          <button
            type="button"
            onClick={() => page.dispatch({ type: "search_more" })}
          >
            {texts.say("search_more")}
          </button>
        )}
      </div>
    </section>
  );
}

function HitLine({ hit }: { readonly hit: Hit }) {
  const page = usePage();
  const texts = useTexts();
  const { item, room, roomName, snippet } = hit;
  return (
    <li>
      <a class="hit" href={hrefOf({ at: "room", room, name: roomName, id: item.id })}>
        <Avatar name={item.from} nameKey={item.fromKey} />
        <span class="hit-head">
          <b>
            <bdi>{item.from}</bdi>
          </b>{" "}
          <span>{roomName}</span>
          <time dateTime={new Date(item.at).toISOString()}>
            {texts.moment(item.at, page.now())}
          </time>
        </span>
        <span class="hit-text" dir="auto">
          {snippet.split(/«([^«»]*)»/).map((part, at) =>
            at % 2 === 1 ? <mark key={at}>{part}</mark> : part
          )}
        </span>
        <span class="off-screen">{texts.say("search_open")}</span>
      </a>
    </li>
  );
}
