// The English texts of errors, by reason or by code. Labels cut them, so the first 40 characters say what is
// wrong.

/** All texts of errors, and the phrases for their places. */
export const en = {
  // By code.
  error_bad_json:
    'This line is not valid JSON. Send one object per line, such as {"type":"ping"}, and end it with a newline.',
  error_bad_request: "This request is not valid.",
  error_unknown_type: "Unknown type {got}. Expected one of {types}.",
  error_line_too_long: "Line too long: {bytes} bytes or more, {max} allowed.",
  error_content_too_long: "Message too long: {bytes} bytes, {max} allowed.",
  error_bad_username: "This name is not valid.",
  error_weak_password: "Password must have {min} to {max} characters, not {length}.",
  error_username_taken: "This name is taken.",
  error_login_failed: "Wrong name or password.",
  error_session_expired: "You are signed out. Sign in again.",
  error_login_required: "Log in or send a message first.",
  error_unknown_user: "Nobody is called {name}.",
  error_unknown_channel: "There is no channel {channel}.",
  error_not_in_channel: "You are not in {channel}.",
  error_forbidden: "You are not allowed to do this.",
  error_muted: "You are muted until further notice.{because}",
  error_banned: "You are banned until further notice.{because}",
  error_rate_limited: "Too fast. Try again in {time}.",
  error_throttled: "Try again in {time}: too many failed logins.",
  error_too_many_connections: "Too many connections.",
  error_busy: "The server is busy. Try again in {time}.",
  error_shutting_down: "The server is shutting down.",
  error_internal: "Server error. Your request had no effect.",

  // Malformed lines.
  error_not_object: "Expected one JSON object per line, got {got}.",
  error_several_objects: "Several objects on one line. End each object with a newline (\\n).",
  error_bare_command: "Send a command as JSON: {example}",
  error_too_deep: "Nested too deeply: at most {max} levels.",
  error_unreadable: "This line cannot be read.",
  error_member: "Member {member}: expected {expected}, got {got}.",
  error_members_too_long: "Additional members too long: {bytes} bytes in ASCII, {max} allowed.",
  error_usage: "Usage: {usage}",
  error_duration:
    "Expected a duration: 90s, 10m or 10min, 2h, 2h30, 1h30m, 1d or 1j, 1w, 0 for no end. " +
    "A reason cannot begin with a number and a unit.",

  // Names, passwords, accounts.
  error_name_length: "A name has 1 to {max} characters, not {length}.",
  error_name_marks: "At most {max} accents on one letter of a name.",
  error_name_characters:
    "Character not allowed in a name. Allowed: letters, digits, emoji, inner spaces, _ - . ' ~ ( ) & , + ! / " +
    "(none of + ! / at the start).",
  error_name_reserved: "This name is reserved. Choose another.",
  error_account_exists: "This name is taken by an account. Choose another.",
  error_account_name: "This name is taken by an account. Log in, or choose another.",
  error_guest_name: "This name is taken by a guest who is online.",
  error_look_alike: "This name looks like an account's. Choose another.",
  error_channel_name:
    "A channel name is # and 1 to 32 letters, digits, dots, hyphens or underscores.",
  error_guests_only: "Only guests can change their name. Your name is that of your account.",
  error_logged_out: 'Log in again, or send a guest name in "from".',
  error_guests_refused: "Log in first: guests are not allowed here.",
  error_accounts: "Log in first: only accounts have private history.",
  error_password_owner: "Log in first: only accounts have a password.",
  error_no_account: "No account is called {name}.",
  error_accounts_closed:
    "Not allowed over this admin socket: admin.accounts is false. Set it to true to allow this.",
  error_clear_management: "Accounts are managed over TLS only. Connect with TLS.",
  error_registration_closed: "Registration is closed. Ask the administrator.",
  error_clear_password: "Passwords require TLS here. Connect with TLS.",
  error_clear_password_port: "Passwords require TLS here: connect with TLS on port {port}.",

  // Channels and messages.
  error_restricted: "This channel is restricted.",
  error_closed: "Channel closed: {channel}.",
  error_read_only: "Only moderators can write in {channel}.",
  error_create_members: "This channel does not exist. Only members can create one.",
  error_create_moderators: "This channel does not exist. Only moderators can create one.",
  error_too_many_channels: "Channel limit ({max}) reached. Ask an administrator to delete one.",
  error_too_many_joined: "Limit of joined channels ({max}) reached. Leave one first.",
  error_too_many_made: "Limit of created channels ({max}) reached. Ask a moderator.",
  error_channel_exists: "This channel already exists: {channel}.",
  error_always_open: "{channel} cannot be restricted: it is open to everyone.",
  error_always_there: "{channel} cannot be deleted. Close it instead.",
  error_not_member: "Not a member of {channel}: {name}.",
  error_not_yours: "No message with this id that you can delete.",
  error_not_stored: "Message not sent: the server could not store it.",
  error_mail_full: "Not sent: too many messages are waiting for {name}, who must log in first.",
  error_mail_share:
    "Not sent: too many of your messages are waiting for {name}, who must log in first.",

  // Moderation.
  error_rank: "You can act only on users of a lower rank.",
  error_moderators: "Only moderators can do this.",
  error_topic: "Only moderators and the channel's creator can set its topic.",
  error_operator: "An operator cannot chat. Use announce to speak to everyone.",
  error_offline: "Not online: {name}.",
  error_not_muted: "Not muted: {name}.",
  error_no_session: "No session of yours has this id.",
  error_not_banned: "Not banned: {name}.",
  error_loopback: "The server itself cannot be banned.",
  error_own_address: "Your own address is in {range}. Choose a narrower range.",
  error_address: 'Member "address": expected an address or a range such as 10.0.0.0/8, got {got}.',
  error_muted_for: "You are muted for another {time}.{because}",
  error_banned_for: "You are banned for another {time}.{because}",

  // Connections.
  error_server_full: "The server is full. Try again later.",
  error_address_full: "Too many connections from your address.",
  error_database_lost: "Nothing can be stored: the database is missing. Tell the administrator.",
  error_disk_full: "Nothing can be stored: the disk is almost full. Tell the administrator.",
  error_search_expired: "Search too slow. Use fewer or longer words, or search one channel.",
  error_searches_wait: "Too many searches. Try again in {time}.",
  error_search_unavailable: "Search is not available now. Try again later.",
  error_scrape: "Address not in metrics.scrape_from: {address}.",
  error_closing: "This connection is being closed.",
  error_not_finished:
    "Not finished: the server is stopping. {name} is disabled but not deleted. Run the command again.",

  // Phrases for the places.
  because: " Reason: {reason}",
  characters: "{count} characters",
  kind_nothing: "nothing",
  kind_null: "null",
  kind_array: "an array",
  kind_object: "an object",
  kind_string: "a string",
  kind_number: "a number",
  kind_boolean: "a boolean",
  want_accounts: "a list of account names",
  want_alone: 'either "channel" or "with"',
  want_around: '"around" alone, or "before" and "after"',
  want_channel:
    'a channel such as "#dev", of # and 1 to {max} letters, digits, dots, hyphens and underscores',
  want_connection: "an open connection",
  want_either: 'either "user" or "address"',
  want_events: "a list of any of {list}",
  want_features: "a list of at most {max} names of at most {max} characters",
  want_greater: 'an id greater than "after"',
  want_name: "a name of at most {max} characters",
  want_one_of: "one of {values}",
  want_other: "another value",
  want_ref: "a string of at most {max} characters",
  want_roles: "a list of any of {list}",
  want_some_text: "a text that is not empty",
  want_text: "a text of at most {max} characters",
  want_unix_name: "a Unix user name",
  want_whole: "a whole number from {min} to {max}",
  want_whole_from: "a whole number from {min}",
  want_words: "a text of 1 to {max} characters",
} as const;
