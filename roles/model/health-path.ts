/** What balancers and agents ask a web server for; it answers 200 through the whole path, PHP included. */
export const healthPath = '/.well-known/muster/health';

/** The Host header of a health request: no site of a user has this name. */
export const healthHost = 'health.muster';
