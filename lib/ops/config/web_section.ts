// The settings of the web page, and the rules for browsers.
import { list, number, text, toggle } from "./setting.ts";
import { HOST, RANGES } from "./values.ts";

function isPageAddress(value: string): boolean {
  return /^https?:\/\/[^\s?#@]{1,255}$/i.test(value) && URL.canParse(value);
}

/** The help and the settings of the section. */
export const WEB_SECTION = {
  help: "The web page of the chat, on the ports of the chat.",
  settings: {
    enabled: toggle({
      default: true,
      help: "Whether browsers get the page and can chat. `false`: they get status 404.",
    }),
    host: text({
      restart: true,
      expected: `${HOST.expected}, or nothing`,
      accepts: (value) => value === "" || HOST.accepts(value),
      default: "",
      help: "Address that `web.port` listens on. Empty: that of `server.host`.",
    }),
    port: number({
      restart: true,
      default: 0,
      min: 0,
      max: 65535,
      help:
        "One more TCP port for the page, without TLS, such as 80 or a port for a proxy; 0: none. The page " +
        "is on the ports of the chat in any case.",
    }),
    address: text({
      default: "",
      expected: 'an address such as "https://chat.example.org", or nothing',
      accepts: (value) => value === "" || isPageAddress(value),
      help:
        "Address of the page for links and QR codes, such as those of invitations. Empty: the name of the " +
        "machine, and the port of TLS if there is one, else that of the chat.",
    }),
    proxies: list({
      default: [],
      ...RANGES,
      help:
        "Addresses of HTTP proxies in front of the page, such as nginx. Their `X-Forwarded-For` and " +
        "`X-Forwarded-Proto` say who the client is and whether it uses HTTPS. These fields have no " +
        "effect from any other address.",
    }),
    origins: list({
      default: [],
      expected: 'a list of origins such as ["https://intranet.example.org"]',
      accepts: (value) => /^https?:\/\/[^/\s]{1,255}$/i.test(value),
      help:
        "Other web sites whose pages can connect to the chat. The server's own page always can.",
    }),
    hosts: list({
      default: [],
      expected: 'a list of names such as ["prof-pc", "chat.example.org"]',
      accepts: (value) => /^[a-z0-9._-]{1,253}$/i.test(value),
      help:
        "Names under which browsers can reach the server, besides its addresses and `localhost`. Empty: " +
        "any name.",
    }),
    session_days: number({
      default: 30,
      min: 1,
      max: 3_650,
      unit: "days",
      zero: true,
      zeroMeans: "to always ask for the password",
      help: "How long a browser stays signed in if the user wants it.",
    }),
    linger_seconds: number({
      default: 5,
      min: 1,
      max: 60,
      unit: "seconds",
      zero: true,
      zeroMeans: "to announce it at once",
      help: "How long a user who closes or reloads the page stays online for the others.",
    }),
    class_name: text({
      default: "",
      expected: "a text of at most 60 characters",
      accepts: (value) => value.length <= 60 && !/\p{Cc}/u.test(value),
      help: "Title of the page and of the installed app. Empty: ClassCord.",
    }),
    hsts: toggle({
      default: false,
      help:
        "Whether browsers that use HTTPS are told to use nothing else for a year. It holds for the whole " +
        "name, all of its ports included: `http://` links to port 12345 then stop working.",
    }),
  },
} as const;
