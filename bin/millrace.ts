/** Entry of the CLI: runs `lib/cli` in this process. */
import { runCli } from '../lib/cli/program.ts';
import { createProcessIo } from '../lib/cli/terminal/process-io.ts';

process.exitCode = await runCli(createProcessIo(), process.argv.slice(2), {
  deploy: async () => (await import('./deploy-command.ts')).deployCommand,
  rehearse: async () => (await import('../rehearsal/command.ts')).rehearseCommand,
  sandbox: async () => (await import('../rehearsal/sandbox/sandbox-command.ts')).sandboxCommand,
});
