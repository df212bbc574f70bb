/** Where programs are looked for; the administrator's folders included, which a login shell may leave out. */
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How a machine behind a proxy reaches the outside: apt and others read both spellings. */
const proxyVariables = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy'];

/**
 * The environment every program gets, whoever started the agent: the same words in the same language, so that their
 * output can be read, and the proxy settings of the machine.
 */
export function cleanEnvironment(
  own: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const clean: Record<string, string> = { PATH: path, LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', HOME: '/root' };
  for (const name of proxyVariables.flatMap((lower) => [lower, lower.toUpperCase()])) {
    const value = own[name];
    if (value !== undefined) clean[name] = value;
  }
  return clean;
}
