/** The side effects of handlers of the test app: lines in the file that EFFECTS names. */
import { appendFileSync } from 'node:fs';

const { EFFECTS: file = '', LABEL: label = '' } = process.env;

/** Records one call with its process and idempotency key; does nothing without EFFECTS. */
export function recordEffect(idempotencyKey: string): void {
  if (file !== '') appendFileSync(file, `${label} ${idempotencyKey}\n`);
}
