import type { LabMachine } from './machine.ts';

export interface ShopParts {
  /** The word that all of a release says. */
  readonly word: string;
  readonly health?: number;
  readonly command?: string;
  readonly more?: string;
}

export const shopHost = 'shop.example';

/** Puts an application onto a machine whose page is made of several files, read at several times. */
export async function putShop(machine: LabMachine, folder: string, parts: ShopParts): Promise<string> {
  const { word, health = 200, command = 'php lib/release.php', more = '' } = parts;
  const files: Record<string, string> = {
    'muster.app.yml': `health: /up.php\nrelease: ${command}\nworkers: [{ name: tick, command: php lib/worker.php }]\nwritable: [uploads]\n${more}`,
    'public/index.php': page,
    'public/up.php': `<?php http_response_code(${String(health)}); echo "up";\n`,
    [`public/app-${word}.css`]: `.${word}{}\n`,
    'lib/first.php': `<?php function first() { return "${word}"; }\n`,
    'lib/second.php': `<?php function second() { return "${word}"; }\n`,
    'lib/word.txt': word,
    'lib/release.php': '<?php file_put_contents(__DIR__ . "/../uploads/ran", "x", FILE_APPEND);\n',
    'lib/worker.php': '<?php while (true) sleep(1);\n',
  };
  await machine.exec(['rm', '-rf', folder]);
  for (const [path, text] of Object.entries(files)) await machine.writeFile(`${folder}/${path}`, text);
  return folder;
}

/** Time passes between the first file and the last, so that a switch falls in between. */
const page = `<?php
require __DIR__ . '/../lib/first.php';
usleep(30000);
require $_SERVER['DOCUMENT_ROOT'] . '/../lib/second.php';
usleep(30000);
header('Cache-Control: no-store');
echo implode('|', [first(), second(), trim(file_get_contents(dirname(__DIR__) . '/lib/word.txt'))]), "\\n";
`;
