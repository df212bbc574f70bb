import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CachesReport } from '../../../../agent/api/contract-cache.ts';
import { type LabBrowser, openBrowser } from '../../harness/browser.ts';
import { eventually, type Lab, type LabMachine, openLab, startLoad } from '../../harness/index.ts';
import { clusterOf } from '../../harness/join.ts';
import type { Copied } from '../../harness/manual.ts';
import { muster, partsOf } from '../../harness/operator.ts';
import { ownCertificate } from '../../harness/own-certificate.ts';
import { type SecurePage, securePage } from '../../harness/secure-page.ts';
import { vip } from '../../harness/visitors.ts';
import {
  blogHost,
  comment,
  cookiesOf,
  deployBlog,
  deployCachedBlog,
  keepCommenting,
  nameAddresses,
  pictureWidth,
  publish,
  setUp,
  signIn,
} from '../../harness/wordpress.ts';

/** Machines that boot side by side on two cores, and everything on them that starts. */
const settleMs = 180_000;

/** Pages that were asked for before the release are tried with the caches again within this time. */
const forgottenMs = 700_000;

/** How old a visitor's page may be (docs/wordpress.md), and how long it may take to be made. */
const seenMs = 60_000;

/** A page of WordPress takes a tenth of a second of a core that other machines want, too. */
const readersPerSecond = 2;
const patienceMs = 20_000;

describe('WordPress, as docs/wordpress.md has it', () => {
  let lab: Lab;
  let b1: LabMachine;
  let nodes: readonly LabMachine[];
  let balancers: readonly LabMachine[];
  let authority: string;
  let copied: Copied;
  let browser: LabBrowser;
  let page: Page;
  let scratch: string;
  let written: Awaited<ReturnType<typeof publish>>;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'muster-wordpress-'));
    lab = await openLab({ machines: 3 });
    nodes = await clusterOf(lab, 3, { vip });
    b1 = lab.machine('b1');
    ({ balancers } = await partsOf(nodes, settleMs));
    const files = await ownCertificate(b1, 'blog', blogHost);
    ({ authority } = files);
    await muster(b1, 'cert', 'set', '--certificate', files.certificate, '--key', files.key);
  });

  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await rm(scratch, { recursive: true, force: true });
    await lab?.close();
  });

  /** What somebody gets who was never here. */
  const stranger = (path: string, address = vip): Promise<SecurePage> =>
    securePage(address, blogHost, authority, path);
  const signedIn = async (path: string): Promise<SecurePage> =>
    securePage(vip, blogHost, authority, path, { cookie: await cookiesOf(page) });
  /** What each node's own web server answers, past every balancer. */
  const webServers = (path: string, cookie = ''): Promise<string[]> =>
    Promise.all(
      nodes.map(async (node) => {
        const url = `http://${node.address}:8081${path}`;
        const headers = [`Host: ${blogHost}`, 'X-Forwarded-Proto: https', `Cookie: ${cookie}`];
        const words = headers.flatMap((header) => ['-H', header]);
        const said = await node.exec(['curl', '-s', '-w', '\n%{http_code} %{size_download}', ...words, url]);
        return said.stdout;
      }),
    );

  test('its own questions are answered, and a post with a picture is published, in a browser', async () => {
    copied = await deployBlog(b1);
    browser = await openBrowser({ hosts: { [blogHost]: vip }, authorities: [authority] });
    page = await browser.page();
    await setUp(page, 'A blog on three machines');
    await signIn(page);
    await nameAddresses(page);
    const picture = join(scratch, 'picture.png');
    await page.screenshot({ path: picture });
    written = await publish(page, { title: 'Hello from all of us', text: 'First words.', picture });

    expect(written.post).toBe('/hello-from-all-of-us/');
    expect(await pictureWidth(page, written.post)).toBe(1024);
  });

  test('every web node has the post, the picture, and who is signed in', async () => {
    for (const text of await webServers(written.post)) {
      expect(text).toContain('First words.');
      expect(text).not.toContain('wpadminbar');
    }
    const pictures = await webServers(written.picture).then((all) =>
      all.map((one) => one.split('\n').at(-1)),
    );
    expect(pictures).toEqual(nodes.map(() => pictures[0]));
    expect(pictures[0]).toMatch(/^200 \d{4,}$/);
    for (const text of await webServers('/wp-admin/profile.php', await cookiesOf(page))) {
      expect(text).toContain('anna@blog.example');
    }
  });

  test('through every balancer: pictures come from the caches, pages and who is signed in never', async () => {
    await comment(page, written.post, 'A comment.');
    for (const { address } of balancers) {
      const first = await stranger(written.picture, address);
      expect(first).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } });
      expect((await stranger(written.picture, address)).headers['x-cache']).toBe('HIT');
      const post = await stranger(written.post, address);
      expect(post.text).toContain('A comment.');
      expect(post.text).not.toContain('wpadminbar');
      expect(post.headers['x-cache'] ?? 'none').toMatch(/^(none|PASS)$/);
    }
    expect((await signedIn(written.post)).text).toContain('wpadminbar');

    const { stdout } = await muster(b1, 'cache', 'status', '--json');
    const report = CachesReport.parse(JSON.parse(stdout));
    expect(report.caches.flatMap(({ cache }) => cache.troubles).concat(report.missing)).toEqual([]);
    const hits = report.caches.map(({ answers }) => answers['HIT'] ?? 0);
    expect(hits.reduce((sum, one) => sum + one)).toBeGreaterThanOrEqual(balancers.length);
    process.stderr.write(`wordpress: ${(await muster(b1, 'cache', 'status')).stdout}`);
  });

  test('a program among the uploads is not run, and its text not shown', async () => {
    const folder = '/var/lib/muster/shared/apps/blog/wp-content/uploads';
    await b1.writeFile(`${folder}/evil.php`, '<?php echo 41 + 1;');
    for (const text of await webServers('/wp-content/uploads/evil.php')) {
      expect(text).toMatch(/\n403 \d+$/);
      expect(text).not.toMatch(/42|echo/);
    }
  });

  test('a second release, while visitors read: no request fails, and caches take pages', async () => {
    // A balancer's own address: what a deploy costs, and not what a busy host makes of keepalived's adverts.
    const [balancer = b1] = balancers;
    const readers = startLoad({
      url: `https://${balancer.address}${written.post}`,
      host: blogHost,
      requestsPerSecond: readersPerSecond,
      timeoutMs: patienceMs,
    });
    await deployCachedBlog(b1, copied);
    const waited = performance.now();
    await eventually(
      'the post comes from a cache',
      async () => (await stranger(written.post)).headers['x-cache'] === 'HIT',
      { deadlineMs: forgottenMs, everyMs: 1_000 },
    );
    const seconds = ((performance.now() - waited) / 1_000).toFixed(0);
    const report = await readers.stop();
    process.stderr.write(
      `wordpress: ${String(report.sent)} pages, ${JSON.stringify(report.latencyMs)}; from a cache after ${seconds} s\n`,
    );
    expect(report.failures).toEqual([]);
  });

  test('nobody gets a page of somebody else, and a change is seen', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const own = await signedIn(written.post);
      expect(own.text).toContain('wpadminbar');
      expect(own.headers['x-cache']).toBeUndefined();
      expect((await stranger(written.post)).text).not.toContain('wpadminbar');
    }
    await comment(page, written.post, 'Another comment.');
    await eventually(
      'visitors see the comment',
      async () => (await stranger(written.post)).text.includes('Another comment.'),
      { deadlineMs: seenMs, everyMs: 1_000 },
    );
  });

  test('the primary moves while comments are written: none is refused, none is lost', async () => {
    const comments = await keepCommenting(page, written.post);
    await muster(b1, 'db', 'switchover', 'b2');
    const { kept, refused, longestMs } = await comments.stop();
    process.stderr.write(
      `wordpress: a switchover; ${String(kept.length)} comments kept, the slowest in ${String(longestMs)} ms\n`,
    );
    const { text } = await signedIn(written.post);
    expect(refused).toEqual([]);
    expect(kept.filter((one) => !text.includes(one))).toEqual([]);
    expect(kept.length).toBeGreaterThan(0);
  });

  test('what WordPress does at its time is done by one node', async () => {
    await eventually(
      'wp-cron has run, once',
      async () => {
        const logs = await Promise.all(
          nodes.map((node) =>
            node.exec(['cat', '/var/log/apache2/site-blog-command.log'], { reject: false }),
          ),
        );
        const runs = logs.map(({ stdout }) => [...stdout.matchAll(/php wp-cron\.php \(exit 0\)/g)].length);
        return runs.some((count) => count > 0) && runs.filter((count) => count > 0).length === 1;
      },
      { deadlineMs: 400_000, everyMs: 5_000 },
    );
  });
});
