// Creates a key and a self-signed certificate, for a lab. Clients trust it only if they are given it.
import { Buffer } from "node:buffer";
import { isIP, isIPv4 } from "node:net";
import { ipv6Groups } from "../../net/address.ts";
import {
  bits,
  explicit,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  setOf,
  time,
  utf8,
  yes,
} from "./der.ts";

/** The contents of the certificate. */
export interface SelfSignedOptions {
  /** Host names and addresses; at least one. The first is the subject. */
  readonly hosts: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A key and its certificate. */
export interface SelfSigned {
  /** The certificate, as PEM. */
  readonly cert: string;
  /** The key in PKCS #8, as PEM. */
  readonly key: string;
}

const ECDSA_P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";
const SUBJECT_KEY_ID = "2.5.29.14";
const KEY_USAGE = "2.5.29.15";
const SUBJECT_ALT_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY_ID = "2.5.29.35";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const V3 = Uint8Array.of(2);
const SERIAL_BYTES = 16;
/** The first of nine bits. */
const DIGITAL_SIGNATURE = bits(Uint8Array.of(0x80), 7);
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const COMMON_NAME_MAX = 64;

/** Creates a key and a certificate with ECDSA on P-256, which all TLS implementations since 1.2 support. */
export async function makeSelfSigned(options: SelfSignedOptions): Promise<SelfSigned> {
  const { subtle } = crypto;
  const { privateKey, publicKey } = await subtle.generateKey(ECDSA_P256, true, ["sign", "verify"]);
  const spki = new Uint8Array(await subtle.exportKey("spki", publicKey));
  const body = certificateBody(options, {
    spki,
    keyId: new Uint8Array(await subtle.digest("SHA-1", spki)),
    serial: crypto.getRandomValues(new Uint8Array(SERIAL_BYTES)),
  });
  const raw = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, body);
  const [r, s] = [new Uint8Array(raw, 0, 32), new Uint8Array(raw, 32)];
  const signature = sequence(integer(r), integer(s));
  return {
    cert: pem("CERTIFICATE", sequence(body, sequence(oid(ECDSA_WITH_SHA256)), bits(signature))),
    key: pem("PRIVATE KEY", new Uint8Array(await subtle.exportKey("pkcs8", privateKey))),
  };
}

interface Identity {
  readonly spki: Uint8Array;
  readonly keyId: Uint8Array;
  readonly serial: Uint8Array;
}

function certificateBody(
  { hosts, notBefore, notAfter }: SelfSignedOptions,
  { spki, keyId, serial }: Identity,
): Uint8Array<ArrayBuffer> {
  const subject = hosts[0]!.slice(0, COMMON_NAME_MAX);
  const name = sequence(setOf(sequence(oid(COMMON_NAME), utf8(subject))));
  return sequence(
    explicit(0, integer(V3)),
    integer(serial),
    sequence(oid(ECDSA_WITH_SHA256)),
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    spki,
    explicit(
      3,
      sequence(
        // Not a certificate authority: some clients reject a server whose certificate is one.
        extension(BASIC_CONSTRAINTS, sequence(), "critical"),
        extension(KEY_USAGE, DIGITAL_SIGNATURE, "critical"),
        extension(EXTENDED_KEY_USAGE, sequence(oid(SERVER_AUTH))),
        extension(SUBJECT_ALT_NAME, sequence(...hosts.map(alternativeName))),
        extension(SUBJECT_KEY_ID, octets(keyId)),
        extension(AUTHORITY_KEY_ID, sequence(implicit(0, keyId))),
      ),
    ),
  );
}

function extension(id: string, content: Uint8Array, critical?: "critical"): Uint8Array {
  return sequence(oid(id), ...(critical === undefined ? [] : [yes()]), octets(content));
}

function alternativeName(host: string): Uint8Array {
  return isIP(host) === 0
    ? implicit(DNS_NAME, new TextEncoder().encode(host))
    : implicit(IP_ADDRESS, addressBytes(host));
}

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split(".").map(Number));
  return Uint8Array.from(ipv6Groups(address).flatMap((group) => [group >> 8, group & 255]));
}

function pem(what: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString("base64").match(/.{1,64}/g)!;
  return `-----BEGIN ${what}-----\n${lines.join("\n")}\n-----END ${what}-----\n`;
}
