/** Writes docs/cli.md from the CLI; `npm run docs:cli` runs it after a change of a command. */
import { writeFileSync } from 'node:fs';
import { cliReference } from '../lib/cli/cli-reference.ts';
import { createProgram } from '../lib/cli/program.ts';
import { rehearseCommand } from '../rehearsal/command.ts';
import { sandboxCommand } from '../rehearsal/sandbox/sandbox-command.ts';
import { deployCommand } from './deploy-command.ts';

const io = {
  stdout: process.stdout,
  stderr: process.stderr,
  folder: process.cwd(),
  readStdin: async () => '',
  interrupted: new AbortController().signal,
  exit: () => {},
};
const program = await createProgram(io, () => {}, {
  deploy: async () => deployCommand,
  rehearse: async () => rehearseCommand,
  sandbox: async () => sandboxCommand,
});

writeFileSync(new URL('../docs/cli.md', import.meta.url), cliReference(program));
