import { expect, test } from 'vitest';
import { pasteLines } from '../../../../agent/admission/paste-lines.ts';

const pin = `sha256//${'A'.repeat(43)}=`;

test('the line believes the pinned key alone, at the first address', () => {
  const { curl, wget } = pasteLines({ addresses: ['10.0.0.1', '10.0.0.2'], pin }, 'muster1.x.y');
  expect(curl).toBe(
    `curl -fsSk --pinnedpubkey '${pin}' https://10.0.0.1:7701/install.sh | sh -s -- --token muster1.x.y`,
  );
  expect(wget).toBe(
    `wget -qO- --no-check-certificate --pinnedpubkey='${pin}' https://10.0.0.1:7701/install.sh | sh -s -- --token muster1.x.y`,
  );
});
