// The English texts for the windows of old clients: unsent messages, in 80 characters, and messages that arrived
// while the user was away.

/** All texts. `{why}` is one of the reasons below. */
export const en = {
  unsent: 'Not sent ({why}): "{text}"',
  unsent_unread: "Not sent ({why}).",
  unsent_more: "Not sent ({why}): {count} more messages",
  unjoined: "You have not joined ({why}).",

  why_muted: "muted",
  why_muted_for: "muted for {time}",
  why_banned: "this name is banned",
  why_banned_for: "this name is banned for {time}",
  why_too_fast: "too fast, wait {time}",
  why_too_long: "too long: {bytes} bytes, limit {max}",
  why_guests: "log in first",
  why_nobody: "gone or unknown: {name}",
  why_no_channel: "no channel {channel}",
  why_restricted: "this channel is restricted",
  why_closed: "{channel} is closed",
  why_read_only: "{channel} is read-only",
  why_private_staff: "private only with moderators now",
  why_private_none: "private messages are off now",
  why_mail: "too many messages wait for {name}",
  why_name_reserved: "reserved name",
  why_name_characters: "forbidden character in the name",
  why_name_length: "name longer than {max} characters",
  why_name_marks: "too many accents in the name",
  why_account_name: "an account's name, log in",
  why_look_alike: "name too similar to another",
  why_busy: "server busy, wait {time}",
  why_disk: "server disk full",
  why_server: "server error",

  arrived: "{count} messages arrived while you were away: {command}",
  arrived_one: "{count} message arrived while you were away: {command}",
  read_them: "/history {name}",
  unread_head: "Arrived while you were away ({count})",
  unread_line: "{count} from {name}: {command}",
  unread_none: "No messages arrived while you were away.",
  write_in: " You are now in {channel}.",
  write_elsewhere: " (To write elsewhere: /join {channel})",
};
