import { describe, expect, it } from 'vitest';
import { HeardReport } from '../../../../agent/api/contract.ts';
import { nodeHostname } from '../../../../roles/model/node.ts';
import { calledApp, shownBy } from '../../../support/called-app.ts';
import { fakeHandle } from '../../../support/fake-handle.ts';
import { lonelyView } from '../../../support/sample-views.ts';

const { self } = lonelyView();
const path = '/v1/heard';

/** Who was asked about, and from where. */
function asked(heard: { address: string; agoMs: number } | undefined): {
  readonly call: ReturnType<typeof calledApp>;
  readonly words: string[];
} {
  const words: string[] = [];
  const handle = fakeHandle({
    heard: (node, from) => {
      words.push(`${node} from ${from}`);
      return heard;
    },
  });
  return { call: calledApp(handle, 'certified'), words };
}

describe('/v1/heard', () => {
  const connection = shownBy(nodeHostname(self), true, '::ffff:10.77.0.99');

  it.each([{ heard: { address: '10.77.0.11', agoMs: 120 } }, { heard: undefined }])(
    'tells a node where it is heard itself: $heard',
    async ({ heard }) => {
      const { call, words } = asked(heard);
      const report = HeardReport.parse(await (await call(path, { connection })).json());
      expect(report.heard).toEqual(heard ?? null);
      expect(words).toEqual([`${self} from 10.77.0.99`]);
    },
  );

  it('tells nobody else', async () => {
    const { call, words } = asked(undefined);
    expect((await call(path)).status).toBe(401);
    expect((await calledApp()(path)).status).toBe(404);
    expect(words).toEqual([]);
  });
});
