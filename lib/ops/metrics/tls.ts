// The metrics of TLS: the expiry of the certificate, and the outcomes of handshakes.
import { Counter, Gauge, type Registry } from "./prom.ts";
import { PUSHED_OUT } from "../../net/entrance/anteroom.ts";
import type { Step } from "../../net/entrance/entrance.ts";

const OUTCOMES: readonly Step["outcome"][] = ["ok", "failed", ...PUSHED_OUT];

/**
 * Adds the metrics to a registry.
 *
 * @param certificate Returns the current certificate.
 * @returns A function that counts a handshake.
 */
export function addTlsMetrics(
  registry: Registry,
  certificate: () => { readonly notAfter: Date },
): (outcome: Step["outcome"]) => void {
  const registers = [registry];
  new Gauge({
    name: "classcord_tls_certificate_not_after_timestamp_seconds",
    help: "Time when the current certificate expires, in seconds since 1970.",
    registers,
    collect() {
      this.set(certificate().notAfter.getTime() / 1000);
    },
  });
  const handshakes = new Counter({
    name: "classcord_tls_handshakes_total",
    help: "TLS handshakes on the chat port, by outcome.",
    labelNames: ["outcome"],
    registers,
  });
  for (const outcome of OUTCOMES) handshakes.inc({ outcome }, 0);
  return (outcome) => handshakes.inc({ outcome });
}
