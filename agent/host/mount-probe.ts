import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type MountWords, mountStatus } from '../../roles/model/mount.ts';
import type { Answer, Question } from '../../roles/model/observed.ts';
import { systemCommands } from './commands.ts';
import { type MountLine, parseMounts } from './mounts.ts';

type MountQuestion = Extract<Question, { kind: 'mount' }>;

/** A file system that is well answers within milliseconds; one that heals or is far away within this. */
const patienceMs = 3_000;

const mib = 1024 * 1024;

/** Probes whose child has not come back, by path. A child of a dead mount may not even be killed. */
const asking = new Map<string, Promise<Answer>>();

/**
 * Asks what is mounted at a path without ever touching it in this process: a hung mount would take one of the few
 * threads that read files, for ever. While one probe hangs no other is started.
 */
export async function askMount(question: MountQuestion): Promise<Answer> {
  const found = parseMounts(await readFile('/proc/self/mountinfo', 'utf8')).findLast(
    ({ point }) => point === question.path,
  );
  if (found === undefined) return { ok: true, status: mountStatus.absent, text: '' };
  const probe = asking.get(question.path) ?? begin(question, found);
  const late = new AbortController();
  const tooLate = pause(patienceMs, hung(found), { signal: late.signal }).catch(() => hung(found));
  const answer = await Promise.race([probe, tooLate]);
  late.abort();
  return answer;
}

function begin(question: MountQuestion, found: MountLine): Promise<Answer> {
  const probe = look(question, found).finally(() => asking.delete(question.path));
  asking.set(question.path, probe);
  return probe;
}

async function look({ path, touch }: MountQuestion, line: MountLine): Promise<Answer> {
  const options = { timeoutMs: patienceMs };
  try {
    const asked = await systemCommands.run(['stat', '--file-system', '--format=%S %b %a', path], options);
    if (asked.exitCode !== 0) return refusing(namesOf(line), asked.stderr);
    const [block = 0, all = 0, free = 0] = asked.stdout.trim().split(' ').map(Number);
    const words = {
      ...namesOf(line),
      sizeMiB: Math.round((block * all) / mib),
      freeMiB: Math.round((block * free) / mib),
    };
    if (touch !== undefined) {
      const touched = await systemCommands.run(['touch', '--', `${path}/${touch}`], options);
      if (touched.exitCode !== 0) return refusing(words, touched.stderr);
    }
    return said(mountStatus.answers, words);
  } catch {
    // It could be ended, so it did not hang for ever; to whoever waited it is the same.
    return hung(line);
  }
}

function refusing(words: MountWords, stderr: string): Answer {
  const why = stderr.trim().split('\n').at(-1) ?? '';
  return said(mountStatus.refuses, { ...words, trouble: why.replace(/^.*: /, '') });
}

/** All but the point, which whoever asks knows. */
function namesOf({ point: _point, ...names }: MountLine): Omit<MountLine, 'point'> {
  return names;
}

function hung(line: MountLine): Answer {
  const trouble = `no answer within ${String(patienceMs / 1000)} s`;
  return said(mountStatus.hangs, { ...namesOf(line), trouble });
}

function said(status: number, words: MountWords): Answer {
  return { ok: true, status, text: JSON.stringify(words) };
}
