/**
 * What handlers of the test app have done to the world: a line in the file that EFFECTS names, with
 * who did it and the key under which a world that minds repeats would know it again.
 */
import { appendFileSync } from 'node:fs';

const { EFFECTS: file = '', LABEL: label = '' } = process.env;

/** Does it; with EFFECTS unset nothing. */
export function leaveEffect(idempotencyKey: string): void {
  if (file !== '') appendFileSync(file, `${label} ${idempotencyKey}\n`);
}
