/** `millrace validate FILE`: every problem of a definition at once. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { readText } from '../../app/registry.ts';
import type { Diagnostic } from '../../asl/diagnostic.ts';
import { parseDocument } from '../../asl/parse.ts';
import { validate } from '../../asl/validate.ts';
import { exitStatus } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';

/** The command; `fail` is given the exit status of a definition that is not valid. */
export function validateCommand(io: Io, fail: (status: number) => void): Command {
  return new Command('validate')
    .description('check a definition and say everything that is wrong with it')
    .argument('<file>', 'the definition, JSON or YAML')
    .option('--json', 'print one JSON document instead of text')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const path = resolve(io.folder, file);
      const diagnostics = validate(parseDocument(await readText(path), { source: file }));
      const valid = !diagnostics.some(({ severity }) => severity === 'ERROR');
      if (json) printJson(io, { result: valid ? 'OK' : 'FAIL', diagnostics });
      else printLines(io, diagnosticLines(file, diagnostics, valid));
      if (!valid) fail(exitStatus.workFailed);
    });
}

function diagnosticLines(file: string, diagnostics: readonly Diagnostic[], valid: boolean) {
  const lines = diagnostics.map(({ severity, code, message, location, detail }) => {
    const place = location === '' ? '/' : location;
    return `${severity} ${place}: ${message}${detail === undefined ? '' : ` (${detail})`} [${code}]`;
  });
  return [...lines, `${file} ${valid ? 'is valid' : 'is not valid'}`];
}
