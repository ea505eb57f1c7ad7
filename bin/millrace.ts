/** Entry of the CLI: runs `lib/cli` in this process. */
import { runCli } from '../lib/cli/program.ts';
import { createProcessIo } from '../lib/cli/terminal/process-io.ts';

process.exitCode = await runCli(createProcessIo(), process.argv.slice(2), {
  rehearse: async () => (await import('../rehearsal/command.ts')).rehearseCommand,
});
