// The names that messages may mention. They change seldom, the state at every event.
import { computed, type ReadonlySignal } from "@preact/signals";
import { channelKey, nameKey } from "../model/keys.ts";
import type { App } from "../model/state.ts";
import type { Known } from "../text/nodes.ts";

/** What is known of names. It is another value only when a name has come or gone. */
export function knownNames(app: ReadonlySignal<App>): ReadonlySignal<Known> {
  const people = computed(() => app.value.people);
  const rooms = computed(() => app.value.rooms);
  const names = computed(() => [...people.value.keys()].join("\n"));
  const channels = computed(() => [...rooms.value.keys()].join("\n"));
  return computed(() => {
    void names.value;
    void channels.value;
    return {
      person: (name) => people.peek().get(nameKey(name))?.name,
      channel: (name) => rooms.peek().get(channelKey(name))?.name,
    };
  });
}
