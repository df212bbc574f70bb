import { describe, expect, it } from 'vitest';
import { settleConfig } from '../../../../agent/local/settle-config.ts';
import { readIdentity, readNodeConfig } from '../../../../agent/local/state.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { fakeMachine } from '../../../support/fake-machine.ts';

describe('who a machine is', () => {
  it.each([
    { hostname: 'Web-1.example', name: 'web-1' },
    { hostname: 'my_box', name: 'mybox' },
    { hostname: '-', name: 'node' },
  ])('takes $name from $hostname', async ({ hostname, name }) => {
    const machine = { ...fakeMachine(), hostname };
    const { config, fresh } = await settleConfig(machine, {});
    expect(fresh).toBe(true);
    expect(config).toMatchObject({ name, address: '10.0.0.5' });
    expect(await readNodeConfig(machine.files)).toEqual(config);
    expect((await readIdentity(machine.files))?.nodeId).toBe(config.nodeId);
    expect(machine.files.files.get(paths.identity)?.mode).toBe(0o600);
  });

  it('keeps all on a second run, and says what it did not do', async () => {
    const machine = fakeMachine();
    const first = await settleConfig(machine, { name: 'one' });
    const second = await settleConfig(machine, { name: 'two', address: '10.0.0.9' });
    expect(second).toEqual({
      config: first.config,
      fresh: false,
      kept: ['its name one', 'its address 10.0.0.5'],
    });
  });

  it('goes on with the key of a run that was cut', async () => {
    const machine = fakeMachine();
    const { config } = await settleConfig(machine, {});
    machine.files.files.delete(paths.nodeConfig);
    expect((await settleConfig(machine, {})).config.nodeId).toBe(config.nodeId);
  });

  it('refuses a damaged file, and says how to go on', async () => {
    const machine = fakeMachine();
    machine.files.put(paths.nodeConfig, '{"clusterId": 1}');
    await expect(settleConfig(machine, {})).rejects.toMatchObject({ code: 'state-unreadable' });
  });
});
