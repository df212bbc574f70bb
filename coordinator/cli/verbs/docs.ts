import { MusterError } from '../../../roles/model/errors.ts';
import type { Context, Page } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { nearest } from '../near.ts';
import { table } from '../render/table.ts';

/** `muster docs [TOPIC]`: the pages of the manual, or one of them. Needs no agent. */
export async function docs(context: Context, topic: string | undefined): Promise<number> {
  const pages = await context.operator.manual();
  context.out.write(topic === undefined ? contents(pages) : textOf(pages, topic));
  return exitCodes.ok.code;
}

function contents(pages: readonly Page[]): string {
  const rows = pages.map(({ topic, text }) => [topic, /^# (.+)$/m.exec(text)?.[1] ?? '']);
  return `${table([{ title: 'TOPIC' }, { title: 'TITLE' }], rows).join('\n')}\n`;
}

function textOf(pages: readonly Page[], topic: string): string {
  const page = pages.find((page) => page.topic === topic);
  if (page !== undefined) return page.text;
  const topics = pages.map((page) => page.topic);
  const near = nearest(topic, topics);
  throw new MusterError('not-found', {
    what: `the manual has no page '${topic}'`,
    why: near === undefined ? `its pages are ${topics.join(', ')}` : `did you mean ${near}?`,
    next: 'muster docs',
  });
}
