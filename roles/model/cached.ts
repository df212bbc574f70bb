import * as z from 'zod';
import type { View } from './view.ts';

const HostName = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/, 'a host name is like static.example.org');

/**
 * What of the section `cache` balancers and caches have to agree upon: which requests may be answered from a cache at
 * all.
 */
export const CachedSettings = z.strictObject({
  sessionCookies: z
    .array(
      z.string().regex(/^[A-Za-z0-9_-]{2,64}$/, 'a part of a cookie name is 2-64 letters, digits, _ or -'),
    )
    .min(1)
    .max(32)
    .default(['sess', 'sid', 'auth', 'login', 'logged_in', 'token', 'cart', 'postpass', 'comment_author'])
    .describe(
      'Parts of cookie names, in either case: a request with such a cookie belongs to one visitor and goes past the cache.',
    ),
  staticHost: z
    .union([z.null(), HostName])
    .default(null)
    .describe(
      'A host name for static files alone: all under it is cached hard, without cookies, and pages of any site may use it.',
    ),
  staticSite: z
    .union([z.null(), HostName])
    .default(null)
    .describe('The site whose files staticHost gives; null where the web servers know staticHost itself.'),
});
export type CachedSettings = z.infer<typeof CachedSettings>;

/** The same as a view has it. */
export function cachedSettingsOf(view: Pick<View, 'settings'>): CachedSettings {
  return z.object(CachedSettings.shape).parse(view.settings['cache'] ?? {});
}

/** How the headers begin by which balancers speak to caches. Whatever a client says in them is not passed on. */
export const ownHeaders = 'X-Muster-';

/** The header by which a balancer tells a cache which copies count: those that were stored under the same version. */
export const versionHeader = 'X-Muster-Version';

/**
 * The header by which a balancer tells a cache that a URL went past it until now. It is fetched anew then, and by
 * each request for itself: whoever waited for another would wait in vain, half a second at a time.
 */
export const againHeader = 'X-Muster-Again';

/** The header by which a balancer tells a cache that a request came to the host name for static files. */
export const staticHeader = 'X-Muster-Static';

/** What X-Cache says of an answer that was stored, and fresh. */
export const hit = 'HIT';

/** What X-Cache says of an answer that must not be stored: its URL goes past the cache for a while. */
export const passed = 'PASS';
