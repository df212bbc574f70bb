import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { tryRun } from '../core/run.ts';

export const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
/** Settings of apt that decide whether the host's mirror is believed and how it is reached. */
const APT_SETTINGS = /^Acquire::(Check-Valid-Until|Check-Date|Retries|https?::Proxy) /i;
const PROXY_NAMES = ['http_proxy', 'https_proxy', 'no_proxy'] as const;

const certificatesOf = (pem: string): Map<string, string> =>
  new Map(
    [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(([text]) => [
      new X509Certificate(text).fingerprint256,
      text,
    ]),
  );

/** The certificates the host believes in beyond Debian's own set, given that set's bundle. */
export const extraCertificates = async (debianBundle: string): Promise<string[]> => {
  const host = certificatesOf(await readFile(CA_BUNDLE, 'utf8').catch(() => ''));
  const debian = certificatesOf(await readFile(debianBundle, 'utf8').catch(() => ''));
  return [...host].filter(([print]) => !debian.has(print)).map(([, text]) => text);
};

/** The host's apt settings that the machines need too, as apt's own lines. */
export const aptSettings = async (): Promise<string[]> => {
  const { stdout } = await tryRun(['apt-config', 'dump']);
  return stdout.split('\n').filter((text) => APT_SETTINGS.test(text));
};

/** Variables a process inside needs to reach and trust what the host does. */
export const trustEnvironment = (): Record<string, string> => {
  const proxies = PROXY_NAMES.flatMap((name) => {
    const value = process.env[name] ?? process.env[name.toUpperCase()];
    return value ? [[name, value] as const] : [];
  });
  return {
    ...Object.fromEntries(proxies),
    NODE_EXTRA_CA_CERTS: CA_BUNDLE,
    // npm reads it in place of Node's own set.
    npm_config_cafile: CA_BUNDLE,
  };
};
