// Derives signals for parts of the state that seldom change, because the many messages of a log depend on them.
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { channelKey, nameKey } from "../model/keys.ts";
import type { App } from "../model/state.ts";
import type { Known } from "../text/nodes.ts";

/** Returns a part of the state as a signal. Its dependents are updated only when the part changes. */
export function partOf<T>(app: ReadonlySignal<App>, select: (app: App) => T): ReadonlySignal<T> {
  const part = signal(select(app.peek()));
  effect(() => {
    part.value = select(app.value);
  });
  return part;
}

/** Returns the names that messages may mention, as a signal. It changes only when a name is added or removed. */
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
