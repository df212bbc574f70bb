import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Records, type ServiceRecord } from '../../../../../agent/host/services/records.ts';
import { roles, Settings } from '../../../../../roles/registry.ts';
import { viewOf } from '../../../../support/sketches.ts';

const settings = Settings.parse({});
const view = { ...viewOf({ ordinal: 1, roles: ['balancer', 'cache', 'web', 'db', 'storage'] }), settings };
const services = roles.flatMap((role) => role.services({ view, settings: settings[role.name] }));

it('what is written of any service of any role, the next agent reads', () => {
  const directory = mkdtempSync(join(tmpdir(), 'muster-records-'));
  const written = services.map((service): ServiceRecord => {
    return { service, wanted: 'running', invocation: 'i', startedMs: 1, failures: 0 };
  });
  const before = new Records(directory, () => undefined);
  for (const record of written) before.put(record);
  const after = new Records(directory, () => undefined);
  for (const record of written) expect(after.get(record.service.unit)).toEqual(record);
  expect(written.length).toBeGreaterThan(5);
});
