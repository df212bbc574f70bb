/** Every error an operator can meet: what kind it is, and whether trying the same again can help. */
export const errorCodes = {
  'not-root': { retryable: false },
  'preflight-failed': { retryable: false },
  'not-a-node': { retryable: false },
  'agent-unreachable': { retryable: true },
  'agent-running': { retryable: false },
  'address-changed': { retryable: true },
  'twin-lives': { retryable: true },
  'peer-unreachable': { retryable: true },
  'store-unreachable': { retryable: true },
  'files-unreachable': { retryable: true },
  'settings-invalid': { retryable: false },
  'settings-changed': { retryable: true },
  'request-invalid': { retryable: false },
  'not-found': { retryable: false },
  'not-allowed': { retryable: false },
  'command-missing': { retryable: false },
  'command-timeout': { retryable: true },
  'command-failed': { retryable: false },
  'packages-failed': { retryable: true },
  'certificate-refused': { retryable: false },
  'file-refused': { retryable: false },
  'secret-missing': { retryable: true },
  'service-failed': { retryable: true },
  'runtime-refused': { retryable: true },
  'sql-failed': { retryable: true },
  'clone-failed': { retryable: true },
  'data-refused': { retryable: false },
  'state-unreadable': { retryable: false },
  'archive-refused': { retryable: false },
  'deploy-failed': { retryable: false },
  'not-serving': { retryable: true },
  'not-purged': { retryable: true },
  'answer-needed': { retryable: false },
  'token-refused': { retryable: false },
  'pin-mismatch': { retryable: false },
  'release-mismatch': { retryable: false },
  'node-refused': { retryable: false },
  bug: { retryable: false },
} as const satisfies Record<string, { retryable: boolean }>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorParts {
  /** What happened, with the values. */
  readonly what: string;
  /** Why it happened, as far as known. */
  readonly why: string;
  /** The command to run next. */
  readonly next: string;
  readonly cause?: unknown;
}

/** The one error class of the house; docs/errors.md has a section for each code. */
export class MusterError extends Error {
  readonly code: ErrorCode;
  readonly why: string;
  readonly next: string;

  constructor(code: ErrorCode, parts: ErrorParts) {
    super(parts.what, { cause: parts.cause });
    this.name = 'MusterError';
    this.code = code;
    this.why = parts.why;
    this.next = parts.next;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

/** What a value thrown by anyone says in one sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Any thrown value as an error of ours; what is not ours is a bug and says so. */
export function asMusterError(error: unknown): MusterError {
  if (error instanceof MusterError) return error;
  return new MusterError('bug', {
    what: `something unexpected happened: ${messageOf(error)}`,
    why: 'this is a bug in muster',
    next: 'muster events, and please report what they say',
    cause: error,
  });
}
