/** Batches that are RUNNING, and that no process runs any more. */
import type { Millrace } from '../app/millrace.ts';
import type { BatchSummary } from '../operations/batches/batch-view.ts';

/**
 * Whether batches wait, because no leader is alive: their process was interrupted, or only recorded
 * them. Leaders that are functions start by themselves.
 */
export async function lacksLeader({ workers, deployment }: Millrace): Promise<boolean> {
  if (deployment.describe().deployment === 'functions') return false;
  const processes = await workers.list();
  return !processes.some(({ role, alive }) => role === 'leader' && alive);
}

/** Returns the command that continues a batch which no process runs. */
export function continueCommand(
  { deployment }: Millrace,
  { name, parentExecutionId }: Pick<BatchSummary, 'name' | 'parentExecutionId'>,
): string {
  const isConfigured = deployment.describe().batches.some((batch) => batch.name === name);
  // A program's batch, and the run of a distributed Map, have no command of their own.
  if (!isConfigured || parentExecutionId !== null) return 'millrace dev';
  return `millrace batch start ${name} --resume`;
}

/** Returns a line for each command that continues some of the batches. */
export function continueLines(
  app: Millrace,
  batches: readonly BatchSummary[],
  flags: string,
): string[] {
  const running = batches.filter(({ status }) => status === 'RUNNING');
  const commands = new Set(running.map((batch) => continueCommand(app, batch)));
  return [...commands].map(
    (command) => `no leader is alive: 'npx ${command}${flags}' continues what is RUNNING`,
  );
}
