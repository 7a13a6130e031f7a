// Parts of the state that change seldom, as signals of their own: the many messages of a log depend on them.
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { channelKey, nameKey } from "../model/keys.ts";
import type { App } from "../model/state.ts";
import type { Known } from "../text/nodes.ts";

/** A part of the state. Who depends on it is told only when it is another value. */
export function partOf<T>(app: ReadonlySignal<App>, select: (app: App) => T): ReadonlySignal<T> {
  const part = signal(select(app.peek()));
  effect(() => {
    part.value = select(app.value);
  });
  return part;
}

/** The names that messages may mention. It is another value only when a name has come or gone. */
export function knownNames(app: ReadonlySignal<App>): ReadonlySignal<Known> {
  const names = partOf(app, ({ people }) => [...people.keys()].join("\n"));
  const channels = partOf(app, ({ rooms }) => [...rooms.keys()].join("\n"));
  const known = signal(namesOf(app));
  effect(() => {
    void names.value;
    void channels.value;
    known.value = namesOf(app);
  });
  return known;
}

function namesOf(app: ReadonlySignal<App>): Known {
  return {
    person: (name) => app.peek().people.get(nameKey(name))?.name,
    channel: (name) => app.peek().rooms.get(channelKey(name))?.name,
  };
}
