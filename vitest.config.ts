import { defineConfig } from 'vitest/config';

/**
 * unit and simulation need nothing but this checkout; lab boots real Debian machines (root needed) and plays the
 * short form of every scenario; lab-all adds the long ones, run before an issue is closed.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'] } },
      { test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'] } },
      {
        test: {
          name: 'lab',
          setupFiles: ['test/lab/harness/last-words.ts'],
          include: ['test/lab/scenarios/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'lab-all',
          setupFiles: ['test/lab/harness/last-words.ts'],
          include: ['test/lab/scenarios/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
