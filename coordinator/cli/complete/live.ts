import type { Context } from '../context.ts';
import { leafKeys } from '../settings/schema.ts';
import type { LiveWords } from './candidates.ts';

/** Longer, and the terminal seems to hang; the agent answers within a few. */
const patienceMs = 400;

/** The words of this moment, by placeholder. What does not answer in time has none, and no error either. */
export function liveWords(context: Context): LiveWords {
  return async (placeholder) => {
    const ask = sources[placeholder];
    if (ask === undefined) return [];
    const late = context.operator.pause(patienceMs).then(() => []);
    return Promise.race([ask(context).catch(() => []), late]);
  };
}

type Source = (context: Context) => ReturnType<LiveWords>;

const sources: Readonly<Record<string, Source>> = {
  NODE: async ({ connect }) => {
    const { nodes } = await (await connect()).status();
    return [nodes.map(({ name }) => name), nodes.map(({ id }) => id)];
  },
  APP: async ({ connect }) => {
    const { applications } = await (await connect()).applications.list();
    return [applications.map(({ name }) => name)];
  },
  ID: async ({ connect }) => {
    const { tokens } = await (await connect()).tokens();
    return [tokens.filter(({ state }) => state === 'good').map(({ id }) => id)];
  },
  DATABASE: async ({ connect }) => {
    const { databases } = await (await connect()).databases();
    return [databases.map(({ name }) => name)];
  },
  'KEY=VALUE': async ({ connect }) => {
    const { schema } = await (await connect()).settingsSchema();
    return [leafKeys(schema).map((key) => `${key}=`)];
  },
  CERTIFICATE: async ({ connect }) => {
    const { certificates } = await (await connect()).certificates();
    return [certificates.map(({ name }) => name)];
  },
  TOPIC: async ({ operator }) => [(await operator.manual()).map(({ topic }) => topic)],
};
