// The English texts of the checks: titles with their rules, steps and questions.
import type { ClientTexts, Rule } from "./texts.ts";

const PAGE = "docs/PROTOCOL.md";

const rule = (heading: string, quote: string): Rule => ({ page: PAGE, heading, quote });

/** The texts. */
export const en: Omit<ClientTexts, "faults"> = {
  frame: {
    intro:
      "This program plays the server. Do in your client what it says here, then answer its questions\n" +
      "with y (yes) or n (no). Enter alone skips a step. Ctrl-C stops and prints the report.",
    listening: "It waits for your client on {host}, port {port}.",
    login: "Name: {name}   Password: {password}",
    register: "Create an account. Name: {name}   Password: {password}",
    yesNo: "(y/n)",
    found: "{status}: {title}",
    place: "{page}, “{heading}”: {quote}",
    report: "REPORT",
    summary:
      "Failed: {failed}. Passed: {passed}. Not done (recommended): {not_done}. Not tried: {not_tried}.",
    sent: "Received:",
    problem: "Problem:",
    rule: "Rule:",
    fix: "Fix:",
    statuses: {
      passed: "passed",
      failed: "FAILED",
      not_done: "not done",
      not_tried: "not tried",
    },
    over: {
      nobody:
        "The check has stopped: no client connected to {host}, port {port}, or it answered no more.",
      time: "The check has stopped: its maximum duration is reached.",
      stopped: "The check was interrupted.",
      flood: "The check has stopped: the client sends without end.",
    },
  },
  checks: {
    "no-greeting": {
      title: "The client speaks first",
      rule: rule("What the server never does", "It never speaks first. There is no banner."),
    },
    flush: {
      title: "Each line leaves at once",
      rule: rule(
        "Framing",
        "line without its newline is not complete: the server waits for the rest.",
      ),
    },
    "login-awaited": {
      title: "The client waits for the reply to login",
      rule: rule("What the server never does", "that line is the first one after the request"),
    },
    "one-line": {
      title: "One JSON object per line",
      rule: rule("Framing", "Each line is **one JSON object, followed by a newline**"),
    },
    requests: {
      title: "The server understands all requests",
      rule: rule("Errors", "a member is missing or wrong, or the request makes no sense now"),
    },
    receiving: {
      title: "The client receives while the user types",
      rule: rule(
        "What the server never does",
        "Messages of others that arrive while a password is checked follow it.",
      ),
    },
    "own-once": {
      title: "The client shows its own messages once",
      rule: rule(
        "What the server never does",
        "It never sends a message back to the connection that sent it.",
      ),
    },
    "utf-8": {
      title: "é, € and emoji are sent in UTF-8",
      rule: rule("Framing", "The client sends UTF-8."),
    },
    escaping: {
      title: "Quotes, \\ and newlines are escaped",
      rule: rule("Framing", "Each line is **one JSON object, followed by a newline**"),
    },
    decoding: {
      title: '\\u00e9, \\" and \\\\ are decoded',
      rule: rule("Framing", "Every other character is written `\\uXXXX`."),
    },
    packets: {
      title: "Lines that are cut or glued by the network are read",
      rule: rule("Framing", "A client may read with any charset and split its reads anywhere."),
    },
    members: {
      title: "The order of members and unknown members do not matter",
      rule: rule("Framing", "The order of members does not matter."),
    },
    "unknown-type": {
      title: "An unknown type is ignored",
      rule: rule("The ClassCord protocol", "requests and members are added, never changed"),
    },
    "slow-network": {
      title: "A slow network does no harm",
      rule: rule("Framing", "A client may read with any charset and split its reads anywhere."),
    },
    "retry-after": {
      title: "The client obeys retry_after",
      rule: rule("Errors", "The request had no effect: send it again after `retry_after`."),
    },
    "same-connection": {
      title: "A wrong password is asked again on the same connection",
      rule: rule(
        "What the server never does",
        "It never closes the connection because of a failed `login`",
      ),
    },
    "given-name": {
      title: "The client uses the name that the server gave",
      rule: rule("Joining", '`{"type":"login","status":"ok","username":U}`, U as registered'),
    },
    "back-off": {
      title: "After a cut, the pauses grow",
      rule: rule("How to reconnect", "Wait 1 s, then 2 s, 4 s, … up to 60 s"),
      advice:
        "A client that comes back by itself spares its user a login after each break of the Wi-Fi.",
    },
    "login-again": {
      title: "After a cut, the client logs in again",
      rule: rule("How to reconnect", "Log in again, or send the first message as a guest."),
      advice: "Keep the name and the password in memory, and send login again.",
    },
    rejoin: {
      title: "After a cut, the client returns to its channel",
      rule: rule("How to reconnect", "Send `join` for the channel where the user was writing."),
      advice: "Send join again for the channel where the user was writing.",
    },
    "catch-up": {
      title: "What was missed is shown, without doubles",
      rule: rule(
        "How to reconnect",
        "For each channel, ask for `history` with `after` the last id that you have",
      ),
      advice: "After login, ask for history with after, and drop the ids that are shown already.",
    },
    "server-stop": {
      title: "The user notices that the server stops",
      rule: rule("Notices", "everybody who has joined, before the server stops"),
    },
    ref: {
      title: "ref tells whether a message has arrived",
      rule: rule(
        "ref and ack",
        "Every request with a `ref` is **answered exactly once with that `ref`**",
      ),
      advice:
        "Add ref to your messages: the ack or the error that carries it says what became of them.",
    },
  },
  steps: {
    start: "Start your client and connect it to {host}, port {port}." +
      " (If it has no accounts, send “ok”.)",
    restart: "Close your client, start it again, and connect it to {host}, port {port}.",
    login: "Log in now.",
    type: "Send this message to everybody:",
    begin_typing: "Begin to type, WITHOUT sending:",
    finish_typing: "Now send what you began to type.",
    join_channel: "Join the channel #dev, for example like this:",
    two_lines: "Send a message of two lines:",
    wrong_password: "Close your client and start it again (port {port}). Give a WRONG password.",
    right_password: "The server refused. Without closing the client, now give the right password.",
    cut: "Send this message: the connection is cut then. Touch nothing more, wait:",
    stop: "The server stops. Do not touch your client, wait.",
    end: "That is all. You may close your client.",
  },
  questions: {
    filled: "Nothing has arrived. Have you filled in the fields of your client and confirmed?",
    did_type: "Nothing has arrived. Have you sent this message?",
    began: "Have you begun to type, without sending?",
    seen: "Does your client show these texts, exactly, each of them once?",
    several_lines: "Does your client permit a message of several lines?",
    told_refusal: "The server refused this message. Does your client say so?",
    asked_again: "Does your client permit another password, without a restart?",
    name_shown:
      "Does this message carry the name {given}, and {typed} nowhere? (y too if it shows no name)",
    channels: "Can your client join a channel?",
    told_end: "Does your client say that the connection is lost?",
  },
};
