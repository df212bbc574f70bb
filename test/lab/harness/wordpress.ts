import type { Page } from 'playwright-core';
import type { LabMachine } from './machine.ts';
import { type Copied, copiedFrom } from './manual.ts';

/** The domain of docs/wordpress.md. */
export const blogHost = 'blog.example';
const home = `https://${blogHost}`;

/** Where the reader of docs/wordpress.md stands. */
const workshop = '/root/wordpress';

/** Comes with the second release. */
const later = 'blog/wp-content/mu-plugins/caches.php';

/** Packages of PHP are installed, and 2,600 files unpacked, on machines that share two cores. */
const deployMs = 420_000;

/** Pages of WordPress's own administration take a second or two on such machines. */
const pageMs = 60_000;

const anna = { name: 'anna', password: 'correct horse battery staple 42' } as const;

/** Does on a machine what docs/wordpress.md says, as far as the first release; returns what the page gives to copy. */
export async function deployBlog(machine: LabMachine): Promise<Copied> {
  const copied = await copiedFrom('wordpress');
  const [fetch = '', deploy = ''] = copied.commands;
  await machine.exec(['mkdir', '-p', workshop]);
  await shell(machine, fetch);
  for (const [path, text] of copied.files) {
    if (path !== later) await machine.writeFile(`${workshop}/${path}`, text);
  }
  await shell(machine, deploy);
  return copied;
}

/** The second release of the page: visitors' pages may be kept by the caches. */
export async function deployCachedBlog(machine: LabMachine, { files, commands }: Copied): Promise<void> {
  const text = files.get(later);
  if (text === undefined) throw new Error(`docs/wordpress.md has no ${later}`);
  await machine.writeFile(`${workshop}/${later}`, text);
  await shell(machine, commands[2] ?? '');
}

async function shell(machine: LabMachine, commands: string): Promise<void> {
  await machine.exec(['sh', '-euc', `cd ${workshop}\n${commands}`], { timeoutMs: deployMs });
}

/** Answers the questions of a new WordPress. */
export async function setUp(page: Page, title: string): Promise<void> {
  page.setDefaultTimeout(pageMs);
  await open(page, '/');
  await page.fill('#weblog_title', title);
  await page.fill('#user_login', anna.name);
  // The page proposes a password, once it can judge one.
  await page.waitForFunction(`document.querySelector('#pass1').value !== ''`);
  await page.fill('#pass1', anna.password);
  await page.fill('#admin_email', `${anna.name}@${blogHost}`);
  await page.click('#submit');
  await page.waitForSelector('a[href*="wp-login.php"]');
}

export async function signIn(page: Page): Promise<void> {
  await open(page, '/wp-login.php');
  // The page moves the cursor there 200 ms after it came, away from whatever is being typed.
  await page.waitForFunction(`document.activeElement?.id === 'user_login'`);
  await page.fill('#user_login', anna.name);
  await page.fill('#user_pass', anna.password);
  await page.click('#wp-submit');
  await page.waitForSelector('#wpadminbar');
}

/** Chooses addresses that name the post, which WordPress alone answers: no such file is there. */
export async function nameAddresses(page: Page): Promise<void> {
  await open(page, '/wp-admin/options-permalink.php');
  await page.check('input[name=selection][value="/%postname%/"]');
  await page.click('#submit');
  await page.waitForSelector('#setting-error-settings_updated');
}

/** Writes a post with a picture in the editor and publishes it; returns the addresses of both. */
export async function publish(
  page: Page,
  post: { readonly title: string; readonly text: string; readonly picture: string },
): Promise<{ readonly post: string; readonly picture: string }> {
  await open(page, '/wp-admin/post-new.php');
  await page.waitForSelector('.edit-post-welcome-guide');
  await page.keyboard.press('Escape');
  await page.fill('.editor-post-title__input', post.title);
  await page.keyboard.press('Enter');
  await page.keyboard.type(post.text);
  await page.keyboard.press('Enter');
  await page.keyboard.type('/image');
  await page.waitForSelector('.components-autocomplete__result');
  await page.keyboard.press('Enter');
  await page.setInputFiles('.block-editor-media-placeholder input[type=file]', post.picture);
  const picture = page.locator('.wp-block-image img[src^="https://"]');
  const source = await picture.getAttribute('src');
  await page.click('.editor-post-publish-panel__toggle');
  await page.click('.editor-post-publish-panel .editor-post-publish-button');
  const address = await page.getAttribute('.post-publish-panel__postpublish-header a', 'href');
  return { post: new URL(address ?? '').pathname, picture: new URL(source ?? '').pathname };
}

/** The width of the picture in a post as the browser has drawn it. */
export async function pictureWidth(page: Page, post: string): Promise<number> {
  await open(page, post);
  return page.evaluate(
    `(async () => { const it = document.querySelector('.wp-block-image img'); await it.decode(); return it.naturalWidth; })()`,
  );
}

/** The comment form of a post, as its page has it. */
export async function comment(page: Page, post: string, text: string): Promise<void> {
  await open(page, post);
  await page.fill('#comment', text);
  await page.click('#commentform [type=submit]');
  await page.waitForSelector(`.wp-block-comment-content:has-text("${text}")`);
}

/** What a signed-in browser says of itself. */
export async function cookiesOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies(`${home}/wp-admin/`);
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

/** Nothing outside is waited for: the lab has no way to the pictures of wordpress.org. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${home}${path}`, { waitUntil: 'domcontentloaded' });
}

/** What became of comments that were written one after the other. */
interface Comments {
  /** The texts of those that WordPress said it has. */
  readonly kept: readonly string[];
  /** What it said of the others. */
  readonly refused: readonly string[];
  readonly longestMs: number;
}

/** Several a second; the page reads on while it answers. */
const betweenCommentsMs = 200;

/** Writes comments on a post, one after the other, as the signed-in visitor whom WordPress lets write so fast. */
export async function keepCommenting(page: Page, post: string): Promise<{ stop(): Promise<Comments> }> {
  await open(page, post);
  await page.evaluate(`void (window.commenting = (${commenting})(${String(betweenCommentsMs)}))`);
  return {
    stop: () => page.evaluate<Comments>('(window.goOn = false, window.commenting)'),
  };
}

/** Runs in the page. WordPress answers a comment that it keeps by sending on to it. */
const commenting = `async (pauseMs) => {
  window.goOn = true;
  const comment_post_ID = document.querySelector('#comment_post_ID').value;
  const kept = [], refused = [];
  let longestMs = 0;
  for (let number = 1; window.goOn; number += 1) {
    const comment = 'Comment number ' + number + '.';
    const begun = performance.now();
    const body = new URLSearchParams({ comment, comment_post_ID });
    const answer = await fetch('/wp-comments-post.php', { method: 'POST', redirect: 'manual', body });
    longestMs = Math.max(longestMs, Math.round(performance.now() - begun));
    if (answer.type === 'opaqueredirect') kept.push(comment);
    else refused.push(comment + ' ' + answer.status + ' ' + (await answer.text()).slice(0, 200));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return { kept, refused, longestMs };
}`;
