import { answersIn, answersQuestion } from '../../roles/balancer/answers.ts';
import { counterQuestions, pageBytesIn, pageLimitOf, poolCountersIn } from '../../roles/cache/counters.ts';
import type { Answer } from '../../roles/model/observed.ts';
import type { Questions } from '../../roles/model/ports.ts';
import { selfOf, type View } from '../../roles/model/view.ts';
import { schemaVersion } from '../api/contract.ts';
import type { CacheNodeReport } from '../api/contract-cache.ts';

/** What this node knows of caches: as a cache of itself, as a balancer of all. */
export async function ownCaches(questions: Questions, view: View): Promise<CacheNodeReport> {
  const { roles } = selfOf(view);
  const [cache, answers] = await Promise.all([
    roles.includes('cache') ? ownCache(questions, view) : undefined,
    roles.includes('balancer') ? counted(questions) : undefined,
  ]);
  return {
    schemaVersion,
    node: view.self,
    ...(cache === undefined ? {} : { cache }),
    ...(answers === undefined ? {} : { answers }),
  };
}

async function ownCache(questions: Questions, view: View): Promise<NonNullable<CacheNodeReport['cache']>> {
  const asked = counterQuestions(view);
  const [pages, pool] = await Promise.all([questions.ask(asked.pages), questions.ask(asked.pool)]);
  const bytes = read(pages, pageBytesIn);
  const limitBytes = pageLimitOf(view);
  const counters = read(pool, poolCountersIn);
  return {
    ...(bytes === undefined || limitBytes === undefined ? {} : { pages: { bytes, limitBytes } }),
    ...(counters === undefined ? {} : { pool: counters }),
    troubles: [
      ...(bytes === undefined ? [troubleOf(pages)] : []),
      ...(counters === undefined ? [troubleOf(pool)] : []),
    ],
  };
}

/** Undefined where HAProxy does not answer; the report says then that its counts are missing. */
async function counted(questions: Questions): Promise<CacheNodeReport['answers']> {
  const answer = await questions.ask(answersQuestion);
  if (!answer.ok) return undefined;
  return [...answersIn(answer.text)].map(([ordinal, words]) => ({ ordinal, words }));
}

function read<Value>(answer: Answer, reader: (text: string) => Value | undefined): Value | undefined {
  return answer.ok ? reader(answer.text) : undefined;
}

function troubleOf(answer: Answer): string {
  return answer.ok ? answer.text.trim() : answer.error;
}
