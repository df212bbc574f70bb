import type { TokenReport } from '../../../agent/api/contract.ts';
import { decodeToken, encodeToken } from '../../../roles/model/token.ts';

/** The pin of a key that nobody has. */
const nobodysPin = `sha256//${'A'.repeat(43)}=`;

/** The lines of a token, as a machine in the middle would have to be believed: with the pin of another key. */
export const withOtherPin = ({ token, lines }: TokenReport): TokenReport['lines'] => {
  const said = decodeToken(token);
  const forged = encodeToken({ ...said, pin: nobodysPin });
  const replaced = (line: string): string => line.replaceAll(token, forged).replaceAll(said.pin, nobodysPin);
  return { curl: replaced(lines.curl), wget: replaced(lines.wget) };
};
