import { type Application, releaseOf } from '../../roles/model/application.ts';
import { servingNodes } from '../../roles/model/application-facts.ts';
import type { View } from '../../roles/model/view.ts';

/**
 * Who runs the cron commands and the workers of an application: one node, and another only once that one is dead or
 * serves no pages any more. One that is only out of reach may still be running them.
 */
export function runnerChange(
  view: View,
  application: Application,
): { readonly application: Application; readonly sentence: string } | undefined {
  const { name, runner, current } = application;
  const manifest = releaseOf(application, current)?.manifest;
  const needed = (manifest?.cron.length ?? 0) + (manifest?.workers.length ?? 0) > 0;
  if (!needed) return undefined;
  const before = view.nodes.find(({ record }) => record.id === runner);
  const holds =
    before !== undefined &&
    before.roles.includes('web') &&
    before.verdict !== 'dead' &&
    before.verdict !== 'left';
  if (holds) return undefined;
  const [first] = servingNodes(view).toSorted((a, b) => a.record.ordinal - b.record.ordinal);
  if (first === undefined) return undefined;
  const reason = before === undefined ? '' : `, since ${before.record.name} is gone`;
  return {
    application: { ...application, runner: first.record.id },
    sentence: `${first.record.name} runs what ${name} runs once per cluster${reason}`,
  };
}
