// Exports what is stored about an account, as JSON for the owner of the account.
import type { JsonObject } from "../../protocol/json.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { AuditEntry } from "../../store/audit.ts";
import type { StoredMessage } from "../../store/messages.ts";
import type { PersonalData } from "../../store/personal_data.ts";
import type { Ban, Mute } from "../../store/sanctions.ts";

/** Returns the document. */
export function formatPersonalData(data: PersonalData, now: number): string {
  const { account } = data;
  const document = {
    exported_at: formatTime(now),
    account: {
      name: account.name,
      role: account.role,
      created_at: formatTime(account.createdAt),
      last_login_at: timeOrNull(account.lastLoginAt),
      disabled_at: timeOrNull(account.disabledAt),
      ...(account.externalId === null ? {} : { id: account.externalId }),
      ...(account.directoryId === null ? {} : { directory_id: account.directoryId }),
      ...(account.mustChange ? { must_change_password: true } : {}),
    },
    known_networks: data.networks.map(({ network, lastLoginAt }) => ({
      network,
      last_login_at: formatTime(lastLoginAt),
    })),
    sessions: data.webSessions.map(({ client, createdAt, lastUsedAt, expiresAt }) => ({
      client,
      created_at: formatTime(createdAt),
      last_used_at: formatTime(lastUsedAt),
      expires: formatTime(expiresAt),
    })),
    visits: data.visits.map(({ startedAt, endedAt }) => ({
      from: formatTime(startedAt),
      to: timeOrNull(endedAt),
    })),
    groups: data.groups.map(({ name, isClass }) => ({ name, class: isClass })),
    channels: data.channels.map(({ channel, joinedAt, hiddenTo, maker, seen }) => ({
      channel,
      joined_at: timeOrNull(joinedAt),
      made_by_this_account: maker,
      ...(hiddenTo === 0 ? {} : { messages_hidden_up_to_id: hiddenTo }),
      ...(seen === 0 ? {} : { messages_read_up_to_id: seen }),
    })),
    conversations: data.conversations.map(({ peer, seen }) => ({
      with: peer,
      ...(seen === 0 ? {} : { messages_read_up_to_id: seen }),
    })),
    private_messages: data.privateMessages.map((message) => ({
      ...toRow(message),
      ...(data.undelivered.includes(message.id) ? { delivered: false } : {}),
    })),
    public_messages: data.publicMessages.map(toRow),
    sanctions: {
      bans: data.bans.map(toSanction),
      mutes: data.mutes.map(toSanction),
    },
    audit: data.audit.map((entry) => {
      const { id: _, ...record } = auditRecord(entry);
      return record;
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Converts an entry of the audit log for JSON documents. */
export function auditRecord(entry: AuditEntry): JsonObject {
  const { id, at, actor, action, target, channel, detail, address } = entry;
  return { id, timestamp: formatTime(at), actor, action, target, channel, detail, address };
}

function toRow({ id, sentAt, channel, sender, recipient, content, extra }: StoredMessage) {
  return {
    id,
    timestamp: formatTime(sentAt),
    ...(channel === null ? {} : { channel }),
    from: sender,
    ...(recipient === null ? {} : { to: recipient }),
    content,
    ...(extra === null ? {} : { extra: JSON.parse(extra) as JsonObject }),
  };
}

function toSanction({ reason, by, createdAt, until }: Ban | Mute) {
  return { since: formatTime(createdAt), until: timeOrNull(until), by, reason };
}

function timeOrNull(time: number | null): string | null {
  return time === null ? null : formatTime(time);
}
