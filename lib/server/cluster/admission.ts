// Bans and limits of connections for all nodes of a cluster together. Each node counts its own at its gate as well.
import { banError } from "../../chat/conversation/sanctions.ts";
import type { ServerObserver } from "../../chat/observer.ts";
import type { BanList } from "../../chat/moderation/ban_list.ts";
import type { Admitting } from "../../cluster/edges/remote_edge_parts.ts";
import { networkKey } from "../../net/address.ts";
import { Admission, type AdmissionLimit } from "../../net/admission.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { encodeLines, errorLine } from "../../protocol/reply.ts";
import type { LiveSettings } from "../live_settings.ts";

const LIMITS: Readonly<Record<AdmissionLimit, ProtocolError>> = {
  connections: new ProtocolError("too_many_connections", { reason: "server_full" }),
  connections_per_address: new ProtocolError("too_many_connections", { reason: "address_full" }),
};

/** Returns what admits connections for a leader. @param parts.observer Is told of the refused ones. */
export function admitEverywhere(
  { settings, banList, observer }: {
    readonly settings: Pick<LiveSettings, "admission" | "texts">;
    readonly banList: Pick<BanList, "find">;
    readonly observer: Pick<ServerObserver, "refusedConnection">;
  },
): Admitting {
  // A limit of all connections is one of each node.
  const admission = new Admission({
    connections: 0,
    get connectionsPerAddress() {
      return settings.admission.connectionsPerAddress;
    },
  });
  return {
    admit(view) {
      const { address } = view;
      // The admin socket has no address and no limits.
      if (address === "") return undefined;
      const ban = banList.find(address, Date.now());
      const limit = ban === undefined ? admission.admit(networkKey(address)) : "banned";
      if (limit === undefined) return undefined;
      observer.refusedConnection(view, limit);
      const error = limit === "banned" ? banError(ban!, Date.now()) : LIMITS[limit];
      return refusal(error, settings);
    },
    restore({ address }) {
      if (address !== "") admission.count(networkKey(address));
    },
    release({ address }) {
      if (address !== "") admission.release(networkKey(address));
    },
  };
}

function refusal(error: ProtocolError, { texts }: Pick<LiveSettings, "texts">) {
  const lines = encodeLines(errorLine(error, texts.error(error), error));
  return { lines, reason: error.code === "banned" ? "banned" as const : "client" as const };
}
