// Creates PROXY headers for tests.

/** Returns a header of version 1. */
export function headerV1(address: string, port: number): Uint8Array {
  const [family, own] = address.includes(":") ? ["TCP6", "::1"] : ["TCP4", "10.0.0.1"];
  return new TextEncoder().encode(`PROXY ${family} ${address} ${own} ${port} 12345\r\n`);
}

/** The parts of a header of version 2. */
export interface HeaderV2 {
  /** 0x21 for PROXY, 0x20 for LOCAL. */
  readonly command?: number;
  /** 0x11 for TCP over IPv4, 0x21 over IPv6. */
  readonly family?: number;
  /** Source, destination, source port, destination port. */
  readonly addresses?: readonly number[];
  /** The fields after the addresses. */
  readonly fields?: readonly number[];
}

/** Returns a header of version 2. */
export function headerV2(
  { command = 0x21, family = 0x11, addresses = [], fields = [] }: HeaderV2,
): Uint8Array {
  const signature = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10];
  const length = addresses.length + fields.length;
  return Uint8Array.from([
    ...signature,
    command,
    family,
    length >> 8,
    length & 255,
    ...addresses,
    ...fields,
  ]);
}

/** Returns the addresses of a header for IPv4. */
export function ipv4Block(address: string, port: number): number[] {
  return [...address.split(".").map(Number), 10, 0, 0, 1, port >> 8, port & 255, 0x30, 0x39];
}

/** The field by which HAProxy reports that the client connected over TLS. */
export const CAME_OVER_TLS: readonly number[] = [0x20, 0, 5, 1, 0, 0, 0, 0];
