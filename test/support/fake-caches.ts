import { schemaVersion } from '../../agent/api/contract.ts';
import type { CachesReport } from '../../agent/api/contract-cache.ts';

const bytesPerMebibyte = 1024 * 1024;

/** Two caches: one that is used, and one whose agent does not answer. */
export const sampleCaches: CachesReport = {
  schemaVersion,
  purge: { at: '2026-01-01T11:57:00.000Z', waiting: ['b2'] },
  caches: [
    {
      name: 'b1',
      address: '10.0.0.1',
      answers: { HIT: 960, STALE: 5, MISS: 30, REVALIDATED: 5, PASS: 12 },
      cache: {
        pages: { bytes: 12 * bytesPerMebibyte, limitBytes: 800 * bytesPerMebibyte },
        pool: {
          items: 41,
          bytes: 12_000,
          limitBytes: 64 * bytesPerMebibyte,
          hits: 90,
          misses: 10,
          evicted: 3,
          seconds: 3_600,
        },
        troubles: [],
      },
    },
    { name: 'b2', address: '10.0.0.2', answers: {}, cache: { troubles: ['no answer within 10 s'] } },
  ],
  missing: ['b2: no answer within 10 s'],
};
