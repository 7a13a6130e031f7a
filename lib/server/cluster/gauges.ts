// Measures a node of a cluster. What belongs to the whole chat is measured by the node that leads.
import type { NodeStatus } from "../../cluster/status.ts";
import type { GaugeSources } from "../../ops/metrics/gauges.ts";
import type { OpenCore } from "../core.ts";
import { gaugesOf, type MeasuredParts, processGauges } from "../gauges.ts";

/** What is measured of a node. */
export interface MeasuredNode {
  readonly base: Omit<MeasuredParts, "services" | "chat">;
  readonly edge: { readonly queuedBytes: number };
  readonly status: () => NodeStatus;
  /** The core, while this node leads. */
  readonly led: () => OpenCore | undefined;
  readonly logWatch: { readonly lacking: number };
}

/** Creates the gauges of a node. */
export function gaugesOfNode(
  { base, edge, status, led, logWatch }: MeasuredNode,
): GaugeSources {
  const ofChat = () => {
    const open = led();
    return open && gaugesOf({ ...base, ...open });
  };
  return {
    ...processGauges(base),
    users: () => ofChat()?.users() ?? { guest: 0, member: 0 },
    channels: () => ofChat()?.channels() ?? 0,
    mailWaiting: () => ofChat()?.mailWaiting() ?? 0,
    outboxBytes: () => edge.queuedBytes,
    bans: () => ofChat()?.bans() ?? 0,
    node: () => ({ ...status(), lackingServers: logWatch.lacking }),
  };
}
