// The English texts of the page. `{place}` is filled in; `_one` and `_other` are chosen by number.
import { en as errors } from "./en_errors.ts";
import { en as talk } from "./en_talk.ts";

/** Texts of the frame: sign-in, rooms, people. */
const frame = {
  app: "ClassCord",
  later_failed: "This part of the page could not be loaded. Reload the page.",
  loading: "Connecting to the server…",
  skip_to_log: "Skip to the messages",
  skip_to_composer: "Skip to the message box",
  close: "Close",

  door_title: "Join the conversation",
  door_guest: "As a guest",
  door_account: "With an account",
  door_register: "New account",
  door_ways: "How to join",
  door_name: "Your name",
  door_name_hint: "The name that the others see.",
  door_password: "Password",
  door_password_hint_one: "At least {n} character.",
  door_password_hint_other: "At least {n} characters.",
  door_show_password: "Show the password",
  door_hide_password: "Hide the password",
  door_stay: "Stay signed in on this device",
  door_stay_hint: "Leave this off on a computer that others use.",
  door_enter: "Join",
  door_sign_in: "Sign in",
  door_create: "Create the account",
  door_registered: "The account {name} is ready. Sign in.",
  door_busy: "One moment…",
  door_tls: "Passwords are accepted over a secure connection only.",
  door_tls_link: "Open the secure page",
  door_tls_none: "Ask your teacher or the administrator for its address.",
  door_closed: "This server has accounts only. Ask the administrator for one.",
  door_guest_note:
    "A guest keeps the name only while connected. An account keeps your conversations.",
  door_reason_expired: "Your session has ended. Please sign in again.",
  door_reason_guest_expired:
    "You were away for more than two minutes, so your guest name was released. Your drafts are still here.",
  door_reason_signed_out: "You have signed out.",
  door_reason_replaced: "This conversation goes on in another tab.",

  rooms: "Conversations",
  rooms_channels: "Channels",
  rooms_private: "Private messages",
  rooms_add: "Join or create a channel",
  rooms_new_private: "New private message",
  rooms_open: "Show the conversations",
  rooms_open_unread_one: "Show the conversations, {n} unread message",
  rooms_open_unread_other: "Show the conversations, {n} unread messages",
  room_unread_one: "{n} unread message",
  room_unread_other: "{n} unread messages",
  room_restricted: "restricted",
  room_closed: "closed",
  room_read_only: "read-only",
  room_menu: "Options of {room}",
  room_topic_edit: "Change the topic",
  room_leave: "Leave the channel",
  room_close: "Close the channel to members",
  room_reopen: "Open the channel again",
  room_copy_link: "Copy the link to this channel",
  room_people_one: "Show who is here: {n} person",
  room_people_other: "Show who is here: {n} people",
  private_with: "Private conversation with {name}",
  private_note: "Only you and {name} see these messages.",
  private_guest_note: "You are a guest: this conversation is not kept. Only you and {name} see it.",

  people: "People",
  people_here: "Here now",
  people_staff: "Staff",
  people_filter: "Find a person",
  people_none: "Nobody of that name.",
  people_alone: "You are the first one here.",
  person_you: "you",
  person_profile: "{name}: profile and actions",
  role_guest: "guest",
  role_member: "member",
  role_moderator: "moderator",
  role_admin: "administrator",
  state_online: "online",
  state_away: "away",
  state_dnd: "do not disturb",
  state_invisible: "invisible",
  state_offline: "offline",
  state_muted: "muted",
  state_muted_until: "muted until {time}",

  jump_button: "Search or go to…",

  search: "Search",

  menu: "Your menu, {name}",
  menu_settings: "Settings",
  menu_help: "Help and keyboard",
  menu_language: "Français",
  menu_theme: "Light or dark",
  menu_sign_out: "Sign out",

  settings: "Settings",

  help: "Help and keyboard",

  accessibility: "Accessibility",
} as const;

/** All texts of the page in English. */
export const en = { ...frame, ...talk, ...errors };
