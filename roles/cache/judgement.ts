import { passed } from '../model/cached.ts';
import { lines } from '../model/text.ts';

/**
 * What may be stored, in nginx's own words. An answer is stored where it says how long it is fresh, or where it is plainly
 * a file (a web server that reads a file tells when it was changed, and takes ranges; PHP does neither by itself). What
 * sets a cookie, is private, or says nothing is passed on. `$pass` is 1 for that, and X-Cache tells the balancer.
 */
export function judgement(): string {
  return lines(
    '  map $upstream_http_cache_control $said {',
    '    default nothing;',
    '    "~*(?:^|[ ,])(?:no-store|no-cache|private)" never;',
    '    "~*s-maxage=0*[1-9]" fresh;',
    '    "~*s-maxage=" never;',
    '    "~*max-age=0*[1-9]" fresh;',
    '    "~*max-age=" never;',
    '  }',
    '  map "$said $upstream_http_set_cookie|$upstream_http_vary|$upstream_http_expires|$upstream_http_accept_ranges $upstream_http_last_modified" $pass {',
    '    default 1;',
    '    # A cookie is for one visitor.',
    '    "~^\\w+ [^|]" 1;',
    '    "~^\\w+ \\|\\*" 1;',
    '    "~^fresh " 0;',
    '    # Expires counts where Cache-Control says nothing; PHP writes a date of 1981 for "never".',
    '    "~^nothing \\|[^|]*\\|[A-Z][a-z]+, .* (?!19)\\d{4} " 0;',
    '    "~^nothing \\|[^|]*\\|\\|bytes ." 0;',
    '  }',
    '  # Of failures nothing is learned: the same URL may be well a moment later.',
    '  map "$pass $upstream_status" $fetched {',
    '    default $upstream_cache_status;',
    `    "~^1 [1-4]" ${passed};`,
    '  }',
    '  # By a map of its own, so that what is given from the store is not judged again.',
    '  map $upstream_cache_status $x_cache {',
    '    default $upstream_cache_status;',
    '    MISS $fetched;',
    '    EXPIRED $fetched;',
    '    BYPASS $fetched;',
    '  }',
    '  # nginx fetches anew behind the answer, on the same connection: the next request must not wait there.',
    '  map $upstream_cache_status $ends {',
    '    default "";',
    '    STALE close;',
    '  }',
  ).trimEnd();
}
