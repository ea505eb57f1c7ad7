/** `millrace validate FILE`: every problem of a definition at once. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type Diagnostic, hasError } from '../../asl/diagnostic.ts';
import type { Json } from '../../asl/json/json.ts';
import { lineFinder } from '../../asl/json/text-lines.ts';
import { parseDocument } from '../../asl/parse.ts';
import {
  limitFindings,
  type ValidationOptions,
  validateDefinition,
} from '../../asl/validate/aws-validation.ts';
import { validate } from '../../asl/validate.ts';
import { readText } from '../../config/read-definition.ts';
import { hasCode } from '../../errors.ts';
import { wholeNumber } from '../app-options.ts';
import { exitStatus } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';

interface ValidateOptions extends Pick<ValidationOptions, 'type' | 'severity' | 'maxResults'> {
  readonly json?: boolean;
}

/** The command; `fail` is given the exit status of a definition that is not valid. */
export function validateCommand(io: Io, fail: (status: number) => void): Command {
  return new Command('validate')
    .description('check a definition and say everything that is wrong with it')
    .argument('<file>', 'the definition, JSON or YAML')
    .addOption(
      new Option('--type <type>', 'the kind of machine it is to be')
        .choices(['STANDARD', 'EXPRESS'])
        .default('STANDARD'),
    )
    .addOption(
      new Option('--severity <least>', 'the least that is told')
        .choices(['ERROR', 'WARNING'])
        .default('WARNING'),
    )
    .option('--max-results <n>', 'how many problems are told, 1 to 100', wholeNumber, 100)
    .option('--json', "print the reply of AWS's ValidateStateMachineDefinition instead of text")
    .action(async (file: string, options: ValidateOptions) => {
      const text = await readText(resolve(io.folder, file));
      const isValid = options.json
        ? tellReply(io, file, text, options)
        : tell(io, file, text, options);
      if (!isValid) fail(exitStatus.workFailed);
    });
}

function tellReply(io: Io, file: string, text: string, options: ValidateOptions): boolean {
  const reply = validateDefinition(text, { ...options, source: file });
  printJson(io, reply);
  return reply.result === 'OK';
}

/** In lines of text. */
function tell(io: Io, file: string, text: string, options: ValidateOptions): boolean {
  const document = read(io, file, text);
  if (document === undefined) return false;
  const found = validate(document, options);
  const isValid = !hasError(found);
  const { told, truncated } = limitFindings(found, options);
  const lineOf = told.length === 0 ? () => undefined : lineFinder(text);
  printLines(io, [
    ...told.map(
      (diagnostic) =>
        `${file}${lineText(lineOf(diagnostic.location ?? ''))}: ${sentence(diagnostic)}`,
    ),
    ...(truncated ? [`and more: the first ${told.length} are told`] : []),
    `${file} ${isValid ? 'is valid' : 'is not valid'}`,
  ]);
  return isValid;
}

/** The document; undefined, and told why, when it is none: that, too, is an answer. */
function read(io: Io, file: string, text: string): Json | undefined {
  try {
    return parseDocument(text, { source: file });
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    io.stderr.write(`millrace: ${error.message}\n`);
    return undefined;
  }
}

function lineText(line: number | undefined): string {
  return line === undefined ? '' : `:${line}`;
}

function sentence({ severity, code, message, location = '', detail }: Diagnostic): string {
  const place = location === '' ? '/' : location;
  return `${severity} ${place}: ${message}${detail === undefined ? '' : ` (${detail})`} [${code}]`;
}
