import { createServer } from 'node:http';
import { listen } from '../../../../roles/model/listen.ts';

/** Runs on a machine of the bench: stands in for its web server. `node service.mjs ADDRESS`; ends with its input. */
const [, , address = ''] = process.argv;
createServer((_, response) => response.end('well\n')).listen(listen.web, address);
process.stdin.on('end', () => process.exit()).resume();
