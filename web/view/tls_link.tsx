// The link to this page over TLS, for what a plaintext connection does not allow.
import { Icon } from "./icons.tsx";
import { useTexts } from "./page.ts";

/** Draws the link. `words`: what requires TLS. Without TLS on the server, it says so. */
export function TlsLink(
  { port, words }: { readonly port: number | undefined; readonly words: string },
) {
  const texts = useTexts();
  return (
    <div class="door-tls">
      <p>
        <Icon name="lock" /> {words}
      </p>
      {port === undefined
        ? <p>{texts.say("door_tls_none")}</p>
        : (
          <a class="primary wide" href={`https://${location.hostname}:${port}/${location.hash}`}>
            {texts.say("door_tls_link")}
          </a>
        )}
    </div>
  );
}
