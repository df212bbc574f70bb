import * as z from 'zod';
import type { RoleName } from './node.ts';
import type { View } from './view.ts';

/** More machines than this are not what muster is for. */
const mostNodes = 20;

/** The setting of a role by which newcomers carry it until so many do; what carries it already is not touched. */
export function spreadSetting(count: number, purpose: string): z.ZodDefault<z.ZodInt> {
  const text = `How many nodes are given it as machines join: ${purpose}. None is taken from a node that has it.`;
  return z.int().min(1).max(mostNodes).default(count).describe(text);
}

const WithNodes = z.object({ nodes: z.int() });

/** How many nodes shall carry a role, by the settings; undefined for a role whose number is not a setting. */
export function spreadOf(view: Pick<View, 'settings'>, role: RoleName): number | undefined {
  return WithNodes.safeParse(view.settings[role]).data?.nodes;
}
