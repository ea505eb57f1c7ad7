/** The command `millrace test`. */
import { relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type FieldValidationMode, fieldValidationModes } from '../../test-state/request.ts';
import { type FileCase, readCaseFile } from '../../testing/case-file.ts';
import { type CaseResult, runCase } from '../../testing/run-cases.ts';
import { withExamples } from '../examples.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printLines } from '../io.ts';
import { loadAppConfig } from '../options/app-options.ts';

interface TestOptions {
  readonly case?: string;
  readonly fieldValidationMode?: FieldValidationMode;
  readonly json?: boolean;
}

/** Creates the command, which fails when a case fails. */
export function testCommand(io: Io, fail: Fail): Command {
  const command = new Command('test')
    .description('run machines with mocked calls and skipped time, and compare what they do')
    .argument(
      '<files...>',
      'files of cases, or mock files in the format of Step Functions Local (JSON, YAML)',
    )
    .option('--case <text>', 'only the cases whose names contain this text')
    .addOption(
      new Option(
        '--field-validation-mode <mode>',
        "hold results of mocks against the services' responses (default: that of the file, or NONE)",
      ).choices(fieldValidationModes),
    )
    .option('--config <file>', 'configuration with the machines (default: millrace.config.ts)')
    .option('--json', 'print one JSON document instead of text');
  withExamples(command, {
    'millrace test order.test.json': 'run the cases of a file',
    'millrace test MockConfigFile.json --case Happy': 'run a test case of a mock file',
  });
  return command.action(async (files: readonly string[], options: TestOptions) => {
    const app = await loadAppConfig(io, command, 'optional');
    const paths = files.map((file) => resolve(io.folder, file));
    const cases = (await Promise.all(paths.map(readCaseFile))).flat();
    const { case: wanted = '', fieldValidationMode } = options;
    const chosen = cases.filter(({ name }) => name.includes(wanted));
    if (chosen.length === 0) {
      badArgument(`--case: no case has '${wanted}' in its name`);
    }
    const results: CaseResult[] = [];
    for (const each of chosen) {
      if (io.interrupted.aborted) break;
      const result = await runCase(withMode(each, fieldValidationMode), app);
      results.push({ ...result, file: relative(io.folder, result.file) });
    }
    const failed = results.filter(({ passed }) => !passed).length;
    const passed = results.length - failed;
    if (options.json) printJson(io, { passed, failed, cases: results });
    else printLines(io, [...reportLines(results), `${passed} passed, ${failed} failed`]);
    if (failed > 0) fail(exitStatus.workFailed);
    if (io.interrupted.aborted) fail(exitStatus.interrupted);
  });
}

function withMode(one: FileCase, fieldValidationMode: FieldValidationMode | undefined): FileCase {
  if (fieldValidationMode === undefined) return one;
  return { ...one, options: { ...one.options, fieldValidationMode } };
}

function reportLines(results: readonly CaseResult[]): string[] {
  return [...Map.groupBy(results, ({ file }) => file)].flatMap(([file, cases]) => [
    file,
    ...cases.flatMap(({ name, machine, passed, problems, path, seconds }) => [
      `  ${passed ? '✓' : '✗'} ${name} (${machine}, ${secondsText(seconds)})`,
      ...problems.flatMap((problem) => problem.split('\n').map((line) => `      ${line}`)),
      ...(passed || path.length === 0 ? [] : [`      its path: ${path.join(' → ')}`]),
    ]),
  ]);
}

/** Writes a duration of the test's time, most of which was skipped. */
function secondsText(seconds: number): string {
  return `${Number(seconds.toFixed(3)).toLocaleString('en')} s`;
}
