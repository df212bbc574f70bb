/** Where every site says which release it is: a node asks itself, and so may anybody. */
export const releaseWordPath = '/.well-known/muster/release';
