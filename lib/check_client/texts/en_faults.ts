// The English texts of the faults: what is wrong, and how to fix it.
import type { ClientTexts } from "./texts.ts";

const page = "docs/PROTOCOL.md";

/** The texts. */
export const enFaults: ClientTexts["faults"] = {
  waits_for_greeting: {
    problem: "The client sent nothing before it received a line: it waits for a greeting.",
    fix: "Do not call readLine() before you have sent register, login or a message.",
  },
  nothing_sent: {
    problem:
      "The client is connected, but nothing arrived, neither before nor after a line from the server.",
    fix:
      "Call flush() after each line, or create the PrintWriter with autoflush and use println().",
  },
  line_kept: {
    problem: "The message “{text}” was sent in the client, but did not arrive.",
    fix: "Call flush() after each line.",
  },
  before_login_reply: {
    problem: "This request left after login, without waiting for its reply.",
    fix: "Read the reply to login, and go on only if its member status is ok.",
  },
  register_is_no_login: {
    problem: "After register, the client sent this request without login.",
    fix: "Send login when the reply to register has arrived, and wait for its reply too.",
    rule: { page, heading: "Joining", quote: "`register` does not log in." },
  },
  after_failed_login: {
    problem: "The server refused login (login_failed), and the client went on as if it were ok.",
    fix: "If type is error, show message and ask for the name and the password again.",
  },
  no_newline: {
    problem:
      "The object arrived without a newline: the real server would wait for the rest and not answer.",
    fix: 'Write "\\n" after each object, or use println().',
  },
  several_objects: {
    problem: "Several objects are on one line.",
    fix: 'Write "\\n" after each object.',
  },
  not_object: {
    problem: "This line is JSON, but not an object { … }.",
    fix: "Send an object with a member type.",
  },
  not_json: {
    problem: "This line is not JSON. An object is on one line, with double quotes.",
    fix: "Use a JSON library (json.dumps, Json.java, JSON.stringify), without indentation.",
  },
  write_utf: {
    problem: "Two bytes of length precede the JSON: this is DataOutputStream.writeUTF().",
    fix: 'Use an OutputStreamWriter in UTF-8, then write(json + "\\n") and flush().',
  },
  byte_order_mark: {
    problem: "A byte order mark (BOM) precedes the JSON.",
    fix: "Write UTF-8 without a BOM.",
  },
  not_lines: {
    problem: "These are not lines of text: TLS, serialized Java objects or UTF-16.",
    fix: "Send text in UTF-8 over a plain TCP connection.",
  },
  http: {
    problem: "This is an HTTP request, that of a browser or a WebSocket.",
    fix: "check-client checks TCP clients only: open a socket and send lines.",
  },
  too_long: {
    problem: "This line is longer than 64 KiB. The server closes the connection then.",
    fix: 'End each object with "\\n", and limit the length of messages.',
    rule: { page, heading: "Framing", quote: "A line has at most 64 KiB without its newline" },
  },
  bad_request: {
    problem: "The server rejects this request: {reason}",
    fix: "Compare the request, member by member, with its example on the page.",
  },
  only_after_typing: {
    problem:
      "The message did not appear while you typed: the client reads only when something is sent.",
    fix: "Read from the server in a thread of its own, in a loop, and never block the window.",
  },
  own_not_once: {
    problem:
      "“{text}” is not shown exactly once. The server does not send it back: do not wait for it, and do not show it again at the ack.",
    fix: "Show your message when you send it, and nowhere else.",
  },
  not_utf8: {
    problem:
      "This line is not UTF-8: the client writes in the charset of the system (windows-1252).",
    fix:
      'Name the charset: new OutputStreamWriter(stream, StandardCharsets.UTF_8), text.encode("utf-8").',
  },
  lost_characters: {
    problem: "“{text}” arrived as “{content}”.",
    fix:
      "Use UTF-8 to read the keyboard and to write to the connection; in the console of Windows: chcp 65001.",
  },
  encoded_twice: {
    problem: "The text is encoded twice: it arrived as “{content}”.",
    fix: "Encode in UTF-8 once, when you write to the connection.",
  },
  unescaped: {
    problem: 'The message contains " or \\ as they are: the line is not JSON any more.',
    fix: 'Do not join texts with +: use a JSON library, which writes \\" and \\\\.',
  },
  raw_newline: {
    problem: "The newline of the message was sent as it is, and cuts the object into two lines.",
    fix: "Use a JSON library, which writes \\n in the text.",
  },
  changed_text: {
    problem: "“{text}” arrived as “{content}”.",
    fix: 'Escape " and \\ once, with a JSON library.',
  },
  not_decoded: {
    problem:
      'The text is not shown exactly: sequences such as \\u00e9, \\ud83d\\ude00 or \\" are not decoded.',
    fix: "Read the line with a JSON library instead of taking it apart.",
  },
  packets_are_no_lines: {
    problem:
      "Lines that are cut, glued or long are not all shown: the client takes one read for one line.",
    fix:
      'Read until "\\n": BufferedReader.readLine(), makefile(), or keep the rest for the next read.',
  },
  order_or_unknown: {
    problem:
      "The message is not shown if its members are in another order, or if some are unknown.",
    fix: "Take each member by its name from the decoded object, and ignore the others.",
  },
  stopped_by_unknown_type: {
    problem: "After a line of an unknown type, the client shows nothing more.",
    fix: "In the switch on type, add a default case that does nothing.",
  },
  gave_up_slow: {
    problem: "A line that arrives slowly, a few bytes at a time, is not shown.",
    fix: 'Keep what has arrived until "\\n", without a short read timeout.',
  },
  too_early: {
    problem: "The message was sent again after {waited} s; retry_after asked for {wanted} s.",
    fix: "Wait retry_after seconds before you send again, without blocking the reader.",
  },
  refusal_hidden: {
    problem:
      "The server refused the message, and the client does not say so: the user thinks it was sent.",
    fix: "If type is error, show message, or send again after retry_after seconds.",
  },
  new_connection: {
    problem: "After the refusal, the client opened a new connection.",
    fix: "Send login again on the same connection: the server keeps it open.",
  },
  not_asked_again: {
    problem: "After the refusal, the client permits no other password.",
    fix: "Ask for the name and the password again, and send login on the same connection.",
  },
  typed_from: {
    problem:
      "The client sends the name as typed, {typed}, instead of {given}, which the reply to login gave.",
    fix: "Keep the member username of the reply to login; from is not needed.",
  },
  typed_name: {
    problem:
      "The client shows the name as typed, {typed}, instead of {given}, which the reply to login gave.",
    fix: "Keep the member username of the reply to login, and show it.",
  },
  private_hidden: {
    problem: "A private message to {given} is not shown.",
    fix: "Show every message whose subtype is private, without comparing to with the typed name.",
  },
  no_pause: {
    problem:
      "The client comes back without waiting enough (pauses: {pauses}). Thirty clients would bring the server down.",
    fix: "Wait 1 s, then 2 s, 4 s, … up to 60 s, plus a random part.",
  },
  same_pause: {
    problem: "The pauses do not grow (pauses: {pauses}), although the server closes each time.",
    fix: "Double the pause after each failure, and set it back to 1 s only after a login ok.",
  },
  no_login_again: {
    problem: "After the new connection, the client did not send login: it receives nothing.",
    fix: "Send login with the same name and password as soon as the connection is open.",
  },
  other_login: {
    problem: "The client came back under another name: {name} instead of {before}.",
    fix: "Keep the name and the password of the first login.",
  },
  wrong_channel: {
    problem: "After the cut, the message went to {went}; the user was writing in {channel}.",
    fix: "After login, send join for the channel where the user was writing.",
  },
  shown_twice_or_missing: {
    problem:
      "Messages are missing, or shown twice: the same one may arrive by itself and in history.",
    fix:
      "Keep the ids that are shown, and drop a message whose id is known; recognize your own by their nonce.",
    rule: {
      page,
      heading: "How to reconnect",
      quote: "A message may arrive both in the history and by itself: drop ids that you have.",
    },
  },
  sent_again: {
    problem: "The client sent a message again that was already stored: the others read it twice.",
    fix: "Look for it in history first, by its nonce.",
    rule: {
      page,
      heading: "How to send a message again",
      quote: "If it is not there, send it again, with the same nonce.",
    },
  },
  end_hidden: {
    problem: "The server has stopped, and the client does not say so.",
    fix: 'If reading returns the end (null, "" or -1), say that the connection is lost.',
  },
  hammers: {
    problem: "The client came back {waited} after the server stopped.",
    fix: "Wait 1 s, then 2 s, 4 s, … before you reconnect.",
    rule: { page, heading: "How to reconnect", quote: "Wait 1 s, then 2 s, 4 s, … up to 60 s" },
  },
};
