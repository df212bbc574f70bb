import { describe, expect, it } from 'vitest';
import { Gate } from '../../../../agent/database/gate.ts';
import type { SqlStep } from '../../../../roles/model/step.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const stepOf = (statement: string, epoch = 9): SqlStep => {
  return { kind: 'sql', what: statement, statements: [statement], epoch, timeoutMs: 100, why: 'it is so' };
};

class Stage {
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  epoch = 9;
  run: (statement: string) => Promise<void> = async () => undefined;
  readonly gate = new Gate({
    clock: this.clock,
    epoch: () => this.epoch,
    sql: {
      run: async ([statement = '']) => {
        this.told.push(statement);
        await this.run(statement);
        return [];
      },
    },
  });
}

describe('the gate of a server', () => {
  it('lets one step through at a time', async () => {
    const stage = new Stage();
    const first = Promise.withResolvers<void>();
    stage.run = async (statement) => (statement === 'close' ? first.promise : undefined);
    const both = [stage.gate.carryOut(stepOf('close')), stage.gate.carryOut(stepOf('open'))];
    await stage.clock.advance(0);
    expect(stage.told).toEqual(['close']);
    first.resolve();
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(stage.told).toEqual(['close', 'open']);
  });

  it('lets none through of a word that is no longer the newest, also where that came while it waited', async () => {
    const stage = new Stage();
    stage.run = async () => {
      stage.epoch = 10;
    };
    const both = [stage.gate.carryOut(stepOf('open')), stage.gate.carryOut(stepOf('grant'))];
    expect(await Promise.all(both)).toEqual([true, false]);
    expect(stage.told).toEqual(['open']);
  });

  it('does not do again what was just done, and does so a second later', async () => {
    const stage = new Stage();
    expect(await stage.gate.carryOut(stepOf('follow'))).toBe(true);
    expect(await stage.gate.carryOut(stepOf('follow'))).toBe(true);
    expect(stage.told).toEqual(['follow']);
    await stage.clock.advance(1_000);
    await stage.gate.carryOut(stepOf('follow'));
    expect(stage.told).toEqual(['follow', 'follow']);
  });

  it('does again what failed', async () => {
    const stage = new Stage();
    stage.run = async () => Promise.reject(new Error('it is off'));
    await expect(stage.gate.carryOut(stepOf('open'))).rejects.toThrow('it is off');
    stage.run = async () => undefined;
    expect(await stage.gate.carryOut(stepOf('open'))).toBe(true);
    expect(stage.told).toEqual(['open', 'open']);
  });
});
