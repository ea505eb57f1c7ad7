/** Saves an execution with its whole history as a file. */
import { api } from '../../api/api.ts';
import type { HistoryEvent } from './event-lines.ts';
import type { Execution } from './visit.ts';

const pageLimit = 500;

/** Reads all pages of the history, and offers them as a download. */
export async function exportHistory({ id, machineId, name }: Execution): Promise<void> {
  const execution = await api.call('getExecution', { params: { executionId: id } });
  const events: HistoryEvent[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: pageLimit, cursor };
    const page = await api.call('getExecutionHistory', { params: { executionId: id }, query });
    events.push(...page.events);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  save(JSON.stringify({ execution, events }, null, 2), `${machineId}-${name}.json`);
}

function save(text: string, fileName: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
