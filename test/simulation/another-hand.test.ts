import { expect, it } from 'vitest';
import { told } from '../support/machine.ts';
import { seededRandom } from '../support/seeds.ts';
import { SimulatedNode } from '../support/simulated-node.ts';

const unit = 'haproxy.service';

async function serving(): Promise<SimulatedNode> {
  const node = new SimulatedNode(seededRandom(1));
  await node.boot();
  await node.clock.advance(10_000);
  expect(await node.serves()).toBe(true);
  return node;
}

it('a service that the operator stopped is started again within a cycle, and told', async () => {
  const node = await serving();
  node.services.states.set(unit, { unit, installed: true, enabled: true, active: 'inactive' });

  await node.clock.advance(10_000);

  expect(await node.serves()).toBe(true);
  expect(told(node.machine.journal)).toContain('healed: start HAProxy: HAProxy was not running');
  node.stop();
});

it('a masked service is left alone and its way out told once; once let, it serves again', async () => {
  const node = await serving();
  const state = { unit, installed: true, active: 'inactive' } as const;
  node.services.states.set(unit, { ...state, enabled: false, masked: true });
  const before = node.services.calls.length;

  await node.clock.advance(120_000);

  expect(node.services.calls.slice(before)).toEqual([]);
  const masked = told(node.machine.journal).filter((line) => line.includes('masked'));
  expect(masked).toEqual([expect.stringMatching(/^error: .*systemctl unmask haproxy\.service$/)]);

  node.services.states.set(unit, { ...state, enabled: true });
  await node.clock.advance(10_000);
  expect(await node.serves()).toBe(true);
  node.stop();
});
