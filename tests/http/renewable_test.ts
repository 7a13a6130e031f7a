// Tests of HTTPS: the certificate, and going on with another.
import assert from "node:assert/strict";
import { serveRenewably } from "../../lib/http/renewable.ts";
import { readCertificate } from "../../lib/ops/certificate.ts";
import { writeCertificate } from "../support/certificate.ts";
import { withDirectory } from "../support/directory.ts";

/** Fetches a page; only `trusted` is. */
async function get(port: number, trusted: string): Promise<string> {
  using client = Deno.createHttpClient({ caCerts: [trusted], poolMaxIdlePerHost: 0 });
  return await (await fetch(`https://127.0.0.1:${port}/`, { client })).text();
}

Deno.test("HTTPS goes on with a new certificate, and what is being answered is answered", async () => {
  await withDirectory(async (directory) => {
    const [one, two] = [
      await writeCertificate(directory, { name: "one" }),
      await writeCertificate(directory, { name: "two" }),
    ];
    let current = readCertificate(one);
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const server = serveRenewably({
      host: "127.0.0.1",
      port: 0,
      certificate: () => current,
      async handler(request) {
        asked.resolve();
        if (request.headers.get("user-agent") !== null) await answer.promise;
        return new Response("answered");
      },
    });
    const { port } = server.addr;
    const pending = get(port, one.pem);
    await asked.promise;
    current = readCertificate(two);
    await server.renew();
    answer.resolve();
    assert.equal(await pending, "answered");
    assert.equal(await get(port, two.pem), "answered");
    await assert.rejects(get(port, one.pem));
    await server.stop();
    await assert.rejects(get(port, two.pem));
  });
});

Deno.test("a server that stops while it listens anew stays stopped", async () => {
  const server = serveRenewably({ host: "127.0.0.1", port: 0, handler: () => new Response("") });
  const renewed = server.renew();
  await server.stop();
  await renewed;
  await assert.rejects(fetch(`http://127.0.0.1:${server.addr.port}/`));
});
