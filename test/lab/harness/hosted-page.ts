import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** As patient as the other visitors of the stories. */
const timeoutMs = 20_000;

/** What a visitor is answered who asks an address for a page of one host. */
export interface HostedPage {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Asks once, over a connection of its own; throws where no answer comes. */
export async function hostedPage(
  address: string,
  host: string,
  path = '/',
  headers: Readonly<Record<string, string>> = {},
): Promise<HostedPage> {
  const { promise, resolve, reject } = Promise.withResolvers<HostedPage>();
  const signal = AbortSignal.timeout(timeoutMs);
  const asked = request(
    { host: address, path, headers: { ...headers, host }, agent: false, signal },
    (answer) => {
      const { statusCode: status = 0, headers: said } = answer;
      text(answer).then((body) => resolve({ status, headers: said, text: body }), reject);
    },
  );
  asked.on('error', reject);
  asked.end();
  return promise;
}
