// Tests of the page behind nginx, over TLS, below a path of another site.
import assert from "node:assert/strict";
import { findProgram } from "../support/programs.ts";
import { writeCertificate } from "../support/certificate.ts";
import { PASSWORD, scenarios, type Stage } from "./browser.ts";

/** The address from which nginx connects to the server. The browser's address is different. */
const PROXY = "127.0.0.9";

interface Nginx extends AsyncDisposable {
  readonly port: number;
}

/** Starts nginx with the configuration in docs/PROXIES.md. */
async function startNginx(stage: Stage, target: number): Promise<Nginx> {
  const directory = await stage.directory();
  const { cert, key } = await writeCertificate(directory);
  const port = freePort();
  const configuration = `
    daemon off; master_process off; pid ${directory}/nginx.pid; error_log stderr error;
    events {}
    http {
      access_log off;
      client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
      fastcgi_temp_path ${directory}/f; uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
      server {
        listen 127.0.0.1:${port} ssl;
        ssl_certificate ${cert}; ssl_certificate_key ${key};
        location /chat/ {
          proxy_pass http://127.0.0.1:${target}/;
          proxy_bind ${PROXY};
          proxy_http_version 1.1;
          proxy_set_header Host $http_host;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $http_connection;
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
          proxy_set_header X-Forwarded-Proto $scheme;
        }
      }
    }`;
  const path = `${directory}/nginx.conf`;
  await Deno.writeTextFile(path, configuration);
  const child = new Deno.Command("nginx", {
    args: ["-p", directory, "-e", "stderr", "-c", path],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  await listening(port, child.status, errors);
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await Promise.all([child.status, errors]);
    },
  };
}

/** Waits until the port is open. Fails if the program exits before. */
async function listening(
  port: number,
  status: Promise<Deno.CommandStatus>,
  errors: Promise<string>,
): Promise<void> {
  const ended = { code: -1 };
  status.then(({ code }) => ended.code = code);
  for (;;) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
    if (conn !== undefined) return conn.close();
    if (ended.code >= 0) assert.fail(`nginx ended with ${ended.code}: ${await errors}`);
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

scenarios("a page behind nginx", {
  async "below a path and over TLS, the chat works, passwords are accepted, and the log has the client's address"(
    stage,
  ) {
    const { cert, key } = await writeCertificate(await stage.directory());
    const server = await stage.serve({
      web: { proxies: [PROXY] },
      tls: { cert, key, require_for_login: true },
    });
    const nginx = stage.use(await startNginx(stage, server.port));
    const ada = await stage.person({
      url: `https://127.0.0.1:${nginx.port}/chat/#/c/g%C3%A9n%C3%A9ral`,
      browser: { ignoreHTTPSErrors: true },
    });
    await ada.signIn("Ada", PASSWORD, { way: "register" });
    await ada.say("par nginx");
    await ada.sees("par nginx");
    // Parts that are loaded later are found below the path as well.
    await ada.say("```java\nclass A {}\n```");
    await ada.page.locator("pre .keyword").first().waitFor();
    await ada.page.reload();
    await ada.sees("par nginx");
    const log = await server.log();
    const about = log.split("\n").filter((line) => line.includes('user="Ada"'));
    assert.ok(about.length >= 2);
    for (const line of about) assert.match(line, /\] 127\.0\.0\.1:/);
  },
}, { nginx: findProgram("nginx") !== undefined });
