// The address of the page for the slips: as given, or as the settings say.
import { InvalidArgumentError } from "commander";
import type { Config } from "../../ops/config/schema.ts";
import { pageAddress } from "../../server/page_address.ts";

/** Returns the address of the page from the settings: `web.address`, or a guess from the name of the machine. */
export function addressOf(config: Config): string {
  const tls = config.tls.cert === "" ? undefined : { port: config.tls.port };
  return pageAddress({ config, addresses: { tls } });
}

/** Checks the address of `--address`. */
export function parseAddress(text: string): string {
  const url = URL.parse(text.length <= ADDRESS_MAX ? text : "");
  if (url === null || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new InvalidArgumentError("Expected an address such as https://chat.example.org");
  }
  return text.replace(/\/+$/, "");
}

// A longer address would make a QR code that phones cannot read on a slip.
const ADDRESS_MAX = 200;
