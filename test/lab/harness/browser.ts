import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { run } from '../core/run.ts';
import { ensureTools } from '../host/preflight.ts';

const TOOLS = [
  ['chromium', 'chromium'],
  ['certutil', 'libnss3-tools'],
] as const;

/** What a browser is to find, and whom it believes. */
export interface BrowserOptions {
  /** Host names to addresses: what the world's DNS would say. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Certificates, in PEM, of authorities beside those every browser knows. */
  readonly authorities?: readonly string[];
}

/** A browser as a visitor has one, with an empty profile: certificates count, and what is refused is refused. */
export interface LabBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
  page(): Promise<Page>;
}

/** Without these Chromium asks for hosts of its maker all the time, which a closed network refuses. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  '--disable-gpu',
  // Its sandbox does not run as root.
  '--no-sandbox',
] as const;

/** Opens Debian's Chromium; it reads the authorities from the profile's own store, as a user's would. */
export const openBrowser = async ({ hosts, authorities = [] }: BrowserOptions): Promise<LabBrowser> => {
  await ensureTools(TOOLS, (line) => void process.stderr.write(`lab: ${line}\n`));
  const home = await mkdtemp(join(tmpdir(), 'muster-browser-'));
  const store = `sql:${join(home, '.pki/nssdb')}`;
  await run('install', '-d', join(home, '.pki/nssdb'));
  await run('certutil', '-N', '-d', store, '--empty-password');
  for (const [index, pem] of authorities.entries()) {
    const file = join(home, `authority-${String(index)}.pem`);
    await writeFile(file, pem);
    await run('certutil', '-A', '-d', store, '-t', 'C,,', '-n', `authority ${String(index)}`, '-i', file);
  }
  const rules = Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`);
  const context = await chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: [...QUIET, `--host-resolver-rules=${rules.join(', ')}`],
    env: { HOME: home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
  });
  return {
    context,
    page: async () => context.pages()[0] ?? (await context.newPage()),
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await rm(home, { recursive: true, force: true });
    },
  };
};
