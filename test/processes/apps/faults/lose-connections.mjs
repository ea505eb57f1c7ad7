/**
 * Answers no request for a database connection any more once the file STUCK_FILE exists: what waits
 * for one waits for ever, without an error. Loaded before the program (`NODE_OPTIONS=--import`).
 */
import { existsSync } from 'node:fs';
import pg from 'pg';

const { STUCK_FILE: file = '' } = process.env;
const { connect } = pg.Pool.prototype;

pg.Pool.prototype.connect = function (...given) {
  return existsSync(file) ? new Promise(() => {}) : Reflect.apply(connect, this, given);
};
