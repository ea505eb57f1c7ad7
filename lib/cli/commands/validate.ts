/** The command `millrace validate`. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type Diagnostic, hasError } from '../../asl/diagnostic.ts';
import type { Json } from '../../asl/json/json.ts';
import { createLineFinder } from '../../asl/json/line-finder.ts';
import { parseDocument } from '../../asl/parse.ts';
import { type AwsDiagnostic, toAwsDiagnostics } from '../../asl/validate/aws-diagnostic.ts';
import {
  limitDiagnostics,
  type ValidationOptions,
  validateDefinition,
} from '../../asl/validate/aws-validation.ts';
import { findSubstitutionProblems } from '../../asl/validate/substitutions.ts';
import { validate } from '../../asl/validate.ts';
import { readText } from '../../config/read-definition.ts';
import { hasCode } from '../../errors.ts';
import { withExamples } from '../examples.ts';
import { exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printLines } from '../io.ts';
import { wholeNumber } from '../options/app-options.ts';

interface ValidateOptions extends Pick<ValidationOptions, 'type' | 'severity' | 'maxResults'> {
  readonly json?: boolean;
}

/** Creates the command, which fails when the definition is not valid. */
export function validateCommand(io: Io, fail: Fail): Command {
  const command = new Command('validate')
    .description('check a definition and print every problem')
    .argument('<file>', 'the definition, JSON or YAML')
    .addOption(
      new Option('--type <type>', 'the type of the machine')
        .choices(['STANDARD', 'EXPRESS'])
        .default('STANDARD'),
    )
    .addOption(
      new Option('--severity <least>', 'the lowest severity that is printed')
        .choices(['ERROR', 'WARNING'])
        .default('WARNING'),
    )
    .option('--max-results <n>', 'maximum number of problems, 1 to 100', wholeNumber, 100)
    .option('--json', "print the reply of AWS's ValidateStateMachineDefinition instead of text");
  withExamples(command, {
    'millrace validate order.asl.json': 'check a STANDARD machine',
    'millrace validate price.asl.yaml --type EXPRESS --severity ERROR':
      'print only the errors of an EXPRESS machine',
  });
  return command.action(async (file: string, options: ValidateOptions) => {
    const text = await readText(resolve(io.folder, file));
    const isValid = options.json
      ? printReply(io, file, text, options)
      : printDiagnostics(io, file, text, options);
    if (!isValid) fail(exitStatus.workFailed);
  });
}

function printReply(io: Io, file: string, text: string, options: ValidateOptions): boolean {
  const reply = validateDefinition(text, { ...options, source: file });
  printJson(io, {
    ...reply,
    diagnostics: [...reply.diagnostics, ...findOwnDiagnostics(file, text, options)],
  });
  return reply.result === 'OK';
}

/** Returns what AWS does not report: a text that cannot be parsed is in its reply already. */
function findOwnDiagnostics(
  file: string,
  text: string,
  { severity }: ValidateOptions,
): AwsDiagnostic[] {
  if (severity === 'ERROR') return [];
  try {
    const document = parseDocument(text, { source: file });
    return toAwsDiagnostics(findSubstitutionProblems(document), document);
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    return [];
  }
}

function printDiagnostics(io: Io, file: string, text: string, options: ValidateOptions): boolean {
  const document = parse(io, file, text);
  if (document === undefined) return false;
  const found = [...validate(document, options), ...findSubstitutionProblems(document)];
  const isValid = !hasError(found);
  const { reported, truncated } = limitDiagnostics(found, options);
  const lineOf = reported.length === 0 ? () => undefined : createLineFinder(text);
  printLines(io, [
    ...reported.map(
      (diagnostic) =>
        `${file}${lineText(lineOf(diagnostic.location ?? ''))}: ${sentence(diagnostic)}`,
    ),
    ...(truncated ? [`and more: these are the first ${reported.length}`] : []),
    `${file} ${isValid ? 'is valid' : 'is not valid'}`,
  ]);
  return isValid;
}

/** Returns the document; undefined when it cannot be parsed, which is printed as a problem. */
function parse(io: Io, file: string, text: string): Json | undefined {
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
