import { describe, expect, it } from 'vitest';
import { parseShow, stateOf, type UnitProperties } from '../../../../../agent/host/services/systemd-show.ts';

const running: UnitProperties = {
  LoadState: 'loaded',
  ActiveState: 'active',
  UnitFileState: 'enabled',
  InvocationID: 'abc',
  Result: 'success',
  ExecMainCode: '0',
  ExecMainStatus: '0',
  NeedDaemonReload: 'no',
  DropInPaths: '',
};

describe('parseShow', () => {
  it('reads one paragraph a unit, in order; what is not there is empty', () => {
    const text = 'LoadState=loaded\nResult=a=b\n\nLoadState=not-found\nActiveState=inactive\n';

    expect(parseShow(text)).toMatchObject([
      { LoadState: 'loaded', Result: 'a=b', InvocationID: '' },
      { LoadState: 'not-found', ActiveState: 'inactive' },
    ]);
  });
});

describe('stateOf', () => {
  const base = { unit: 'x.service', installed: true, enabled: true };
  it.each<[string, Partial<UnitProperties>, object]>([
    ['running', {}, { ...base, active: 'active', invocation: 'abc' }],
    ['reloading', { ActiveState: 'reloading' }, { ...base, active: 'active', invocation: 'abc' }],
    [
      'waiting for its restart',
      {
        ActiveState: 'activating',
        InvocationID: '',
        Result: 'signal',
        ExecMainCode: '2',
        ExecMainStatus: '9',
      },
      { ...base, active: 'activating', ended: 'signal KILL' },
    ],
    [
      'given up',
      { ActiveState: 'failed', Result: 'start-limit-hit', ExecMainCode: '1', ExecMainStatus: '78' },
      { ...base, active: 'failed', ended: 'exit 78, start-limit-hit' },
    ],
    [
      'failed before its program ran',
      { ActiveState: 'failed', Result: 'resources' },
      { ...base, active: 'failed', ended: 'resources' },
    ],
    [
      'dumped',
      { ActiveState: 'failed', Result: 'core-dump', ExecMainCode: '3', ExecMainStatus: '11' },
      { ...base, active: 'failed', ended: 'signal SEGV' },
    ],
    [
      'stopped',
      { ActiveState: 'inactive', ExecMainCode: '1' },
      { ...base, active: 'inactive', ended: 'exit 0' },
    ],
    ['static', { UnitFileState: 'static' }, { ...base, active: 'active', invocation: 'abc' }],
    [
      'disabled',
      { UnitFileState: 'disabled' },
      { ...base, enabled: false, active: 'active', invocation: 'abc' },
    ],
    [
      'masked',
      { LoadState: 'masked', ActiveState: 'inactive', UnitFileState: 'masked', InvocationID: '' },
      { ...base, enabled: false, active: 'inactive', masked: true },
    ],
    [
      'not there',
      { LoadState: 'not-found', ActiveState: 'inactive', UnitFileState: '', InvocationID: '' },
      { ...base, installed: false, enabled: false, active: 'inactive' },
    ],
  ])('%s', (_, change, expected) => {
    expect(stateOf('x.service', { ...running, ...change })).toEqual(expected);
  });
});
