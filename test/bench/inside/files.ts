import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

/**
 * Runs on a lab machine: `node files.ts VERB PATH` does one thing with a file or a folder, and prints how long it took,
 * in milliseconds.
 */

const largeMiB = 256;
const smallFiles = 500;
const block = Buffer.alloc(2 ** 20, 'x');
const small = Buffer.alloc(4_096, 'y');

const verbs: Readonly<Record<string, (path: string) => void>> = {
  /** One file of 256 MiB, on the disk before it counts as written. */
  write: (path) => {
    const file = openSync(path, 'w');
    for (let mib = 0; mib < largeMiB; mib += 1) writeSync(file, block);
    fsyncSync(file);
    closeSync(file);
  },
  read: (path) => {
    const file = openSync(path, 'r');
    while (readSync(file, block) > 0);
    closeSync(file);
  },
  /** As an upload is: a file of 4 KiB, each on the disk before the next. */
  create: (folder) => {
    for (const path of names(folder)) {
      const file = openSync(path, 'wx');
      writeSync(file, small);
      fsyncSync(file);
      closeSync(file);
    }
  },
  'read-small': (folder) => {
    for (const path of names(folder)) readFileSync(path);
  },
  list: (folder) => {
    execFileSync('ls', ['-l', folder]);
  },
};

const [, , verb = '', path = ''] = process.argv;
const startedMs = performance.now();
verbs[verb]?.(path);
process.stdout.write(`${performance.now() - startedMs}\n`);

function names(folder: string): string[] {
  return Array.from({ length: smallFiles }, (_, index) => `${folder}/upload-${index}.jpg`);
}
