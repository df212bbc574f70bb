import { createInterface } from 'node:readline/promises';
import type { Talk } from './parts.ts';

/** The operator's terminal. With `json`, stdout carries nothing but the answer. */
export function terminalTalk(json: boolean): Talk {
  const forPeople = json ? process.stderr : process.stdout;
  return {
    say: (line) => void forPeople.write(`${line}\n`),
    data: (value) => void process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`),
    async question(text) {
      if (!process.stdin.isTTY) return undefined;
      using reader = createInterface({ input: process.stdin, output: process.stderr });
      return reader.question(text);
    },
  };
}
