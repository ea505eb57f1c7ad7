/**
 * Steps the time of day of a process, as a correction of its machine's clock does: by STEP_MS,
 * STEP_AFTER_MS after the start. Loaded before the program (`NODE_OPTIONS=--import`).
 */
const { STEP_MS = '0', STEP_AFTER_MS = '0' } = process.env;
const { now } = Date;
const startedMs = performance.now();

Date.now = () => {
  const isStepped = performance.now() - startedMs >= Number(STEP_AFTER_MS);
  return now() + (isStepped ? Number(STEP_MS) : 0);
};
