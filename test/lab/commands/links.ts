import { withLock } from '../core/lock.ts';
import { LabProblem } from '../core/problem.ts';
import { type LabState, machineIn, needState, saveState } from '../core/state.ts';
import { applyLinks } from '../host/links.ts';

const change = async (edit: (state: LabState) => void): Promise<void> =>
  withLock(async () => {
    const state = await needState();
    edit(state);
    await applyLinks(state);
    await saveState(state);
  });

const pairs = (from: string, to: string, oneWay: boolean): Array<[string, string]> =>
  oneWay
    ? [[from, to]]
    : [
        [from, to],
        [to, from],
      ];

const without = (cuts: LabState['cuts'], from: string, to: string): LabState['cuts'] =>
  cuts.filter(([one, other]) => one !== from || other !== to);

/** Nothing that `from` sends reaches `to`, nor back, unless it is one-way. */
export const cut = async (from: string, to: string, oneWay: boolean): Promise<void> =>
  change((state) => {
    if (machineIn(state, from) === machineIn(state, to)) {
      throw new LabProblem(`A machine has no link to itself: ${from}.`, 'npm run lab -- ls');
    }
    for (const [one, other] of pairs(from, to, oneWay)) {
      state.cuts = [...without(state.cuts, one, other), [one, other]];
    }
  });

/** Undoes a cut, whichever way it was. */
export const mend = async (from: string, to: string): Promise<void> =>
  change((state) => {
    machineIn(state, from);
    machineIn(state, to);
    for (const [one, other] of pairs(from, to, false)) state.cuts = without(state.cuts, one, other);
  });

/** So many of a hundred packets that arrive at a machine are dropped, at random; 0 ends it. */
export const loss = async (name: string, percent: number): Promise<void> =>
  change((state) => {
    machineIn(state, name);
    if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
      throw new LabProblem(
        `${percent} is no percentage: write a whole number from 0 to 100.`,
        `npm run lab -- loss ${name} 5`,
      );
    }
    const { [name]: _former, ...others } = state.lossPercent;
    state.lossPercent = percent === 0 ? others : { ...others, [name]: percent };
  });
