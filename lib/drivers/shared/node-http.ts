/**
 * Node's HTTP modules, loaded by the first call. Importing `node:http` evaluates its WebSocket and
 * fetch, which takes longer than everything else that a short command loads.
 */
import type * as http from 'node:http';
import type * as https from 'node:https';

/** Returns `node:http`. */
export const nodeHttp = (): typeof http => process.getBuiltinModule('node:http');

/** Returns `node:https`. */
export const nodeHttps = (): typeof https => process.getBuiltinModule('node:https');
