/**
 * Returns one statement that runs others in order, and takes effect as a whole or not at all. The
 * Data API lets a single statement go on when it takes longer than a call may, but it ends a
 * transaction then.
 */
export function toBlock(statements: readonly string[]): string {
  const steps = statements.map((each) => `EXECUTE $millrace_step$${each}$millrace_step$;`);
  return `DO $millrace_block$ BEGIN\n${steps.join('\n')}\nEND $millrace_block$`;
}
