/** What an order takes, in words. Pure. */

/** The words of the conditions of selections, in their order. */
const words: Readonly<Record<string, string>> = {
  statuses: 'status',
  state: 'state',
  error: 'error',
  failedState: 'failed in',
  machineId: 'machine',
  batchId: 'batch',
  queue: 'queue',
  namePrefix: 'name begins with',
};

/** Returns `archive: error Busy, queue low`, or `executions: these 12`; null for other requests. */
export function selectionText(over: unknown): string | null {
  if (!isRecord(over)) return null;
  const [kind, ...others] = Object.keys(over);
  const selection = kind === undefined ? undefined : over[kind];
  if (kind === undefined || others.length > 0 || !isRecord(selection)) return null;
  if (!['archive', 'executions', 'tasks'].includes(kind)) return null;
  const { ids } = selection;
  if (Array.isArray(ids)) return `${kind}: these ${ids.length}`;
  const conditions = Object.entries(words).flatMap(([key, word]) => {
    const value = selection[key];
    return value === undefined ? [] : [`${word} ${String(value)}`];
  });
  const isBounded = Object.keys(selection).some((key) => /(?:From|Before)$/.test(key));
  if (isBounded) conditions.push('within a time');
  return conditions.length === 0 ? `${kind}: all` : `${kind}: ${conditions.join(', ')}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
