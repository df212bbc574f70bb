import { request } from 'node:http';
import { connect as connectHttp2, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { connect, type PeerCertificate } from 'node:tls';

/** What a browser sees that comes by https. */
export interface SecurePage {
  readonly status: number;
  readonly text: string;
  /** `h2` where HTTP/2 was agreed on. */
  readonly protocol: string;
  readonly headers: IncomingHttpHeaders;
}

/** Asks for a page by HTTP/2, believing these authorities alone; with these headers more. */
export async function securePage(
  address: string,
  name: string,
  authority: string,
  path = '/',
  asked: OutgoingHttpHeaders = {},
): Promise<SecurePage> {
  const session = connectHttp2(`https://${address}`, { servername: name, ca: authority, timeout: 5_000 });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<SecurePage>();
    session.on('error', reject);
    const stream = session.request({ ...asked, ':path': path, ':authority': name });
    let headers: IncomingHttpHeaders = {};
    let text = '';
    stream.setEncoding('utf8');
    stream.on('response', (answered) => {
      headers = answered;
    });
    stream.on('data', (chunk: string) => {
      text += chunk;
    });
    stream.on('error', reject);
    stream.on('end', () =>
      resolve({
        status: Number(headers[':status'] ?? 0),
        text,
        protocol: session.alpnProtocol ?? '',
        headers,
      }),
    );
    stream.end();
    return await promise;
  } finally {
    session.destroy();
  }
}

/** The certificate that is shown at an address for a name, whoever signed it. */
export async function shownCertificate(address: string, name: string): Promise<PeerCertificate> {
  const { promise, resolve, reject } = Promise.withResolvers<PeerCertificate>();
  const socket = connect({ host: address, port: 443, servername: name, rejectUnauthorized: false }, () => {
    resolve(socket.getPeerCertificate());
    socket.end();
  });
  socket.on('error', reject);
  return promise;
}

/** Where http sends a browser on to, with its status; undefined where it is served. */
export async function sentOnTo(
  address: string,
  host: string,
  path: string,
): Promise<{ status: number; location?: string; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    location?: string;
    text: string;
  }>();
  const asked = request({ host: address, path, headers: { host }, agent: false }, (answer) => {
    const { location } = answer.headers;
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      text += chunk;
    });
    answer.on('end', () =>
      resolve({ status: answer.statusCode ?? 0, text, ...(location === undefined ? {} : { location }) }),
    );
  });
  asked.on('error', reject);
  asked.end();
  return promise;
}
