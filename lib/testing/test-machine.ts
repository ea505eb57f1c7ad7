import { closeContext } from '../app/compose/open-context.ts';
import type { MachineDefinition, MachineType } from '../asl/definition.ts';
import type { Json, JsonObject } from '../asl/json/json.ts';
import { walkStates } from '../asl/walk-states.ts';
import { compileDefinition } from '../config/compile-definition.ts';
import type { MachineConfig, MillraceConfig } from '../config/config.ts';
import { hasCode, MillraceError } from '../errors.ts';
import { findMockCase, parseMockFile } from '../mocks/mock-file.ts';
import type { Logger } from '../ports/logger.ts';
import type { FieldValidationMode } from '../test-state/request.ts';
import { MachineRun } from './machine-run.ts';
import {
  type AnswerCall,
  answerByResponse,
  type MockFunction,
  type StateMock,
  toAnswerCall,
} from './state-mock.ts';
import { openTestedApp, type TestedApp } from './tested-app.ts';

/** What one run of a {@link TestMachine} mocks, in addition to the machine's own mocks. */
export interface TestRunOptions {
  /** Mocks of Task states, by the name of the state. */
  readonly states?: Readonly<Record<string, StateMock>>;
  /** Handlers by the name in a definition's `Resource`. */
  readonly handlers?: Readonly<Record<string, MockFunction>>;
  /** A test case of a mock file in the format of Step Functions Local. */
  readonly mocks?: {
    /** The parsed file. */
    readonly file: Json;
    readonly testCase: string;
    /** The machine's name in the file. @default the machine's id */
    readonly machine?: string;
  };
  /**
   * Whether results of mocked states are held against the responses of the services that they stand
   * for, as TestState does: STRICT or PRESENT. @default NONE
   */
  readonly fieldValidationMode?: FieldValidationMode;
  /** When the run starts: a date, or its text. @default 2026-01-01T00:00:00Z */
  readonly at?: Date | string;
  /** The execution's name. @default a new UUID */
  readonly name?: string;
}

/** Options of {@link testMachine}: a definition, or a configuration. */
export interface TestMachineOptions extends TestRunOptions {
  /** The definition: the path of its file, or an object. @default that of `machine` in `config` */
  readonly definition?: string | JsonObject;
  /** The type of `definition`. @default STANDARD */
  readonly type?: MachineType;
  /** The app whose machine is tested; its other machines can be started by it. */
  readonly config?: MillraceConfig;
  /** The machine's id. @default the only machine of `config`, or `machine` */
  readonly machine?: string;
  /**
   * The handlers of `config` that are called as they are: all of them, or those named. Without, a
   * test calls nothing that it does not mock. @default false
   */
  readonly realHandlers?: boolean | readonly string[];
  /** The folder that relative paths start from. @default the current one */
  readonly folder?: string;
  /** Receives what handlers and Millrace log. @default nothing is logged */
  readonly logger?: Logger;
}

/**
 * Prepares a machine for tests. It runs as it does in production, in the same engine, but over a
 * store in memory, with mocks in place of what its Tasks call, and by a clock that skips the time
 * in which nothing happens: a Wait of a day and the intervals of retries take no time. Nothing has
 * to be closed. Throws INVALID_DEFINITION and what else a definition throws.
 *
 * @example
 * const machine = await testMachine({ definition: './order.asl.json' });
 * const run = await machine.run({ order: 'A-1' }, { states: { Charge: () => ({ paid: true }) } });
 * run.assertSucceeded();
 */
export async function testMachine(options: TestMachineOptions): Promise<TestMachine> {
  const { machineId, machines } = findMachine(options);
  const { folder = process.cwd() } = options;
  const machine = machines[machineId];
  if (machine === undefined) throw unknownMachine(machineId, Object.keys(machines));
  const definition = await compileDefinition(machineId, machine, folder);
  return new TestMachine({ ...options, folder }, machineId, machines, definition);
}

/** A machine that tests run, made by {@link testMachine}. Each run has a store of its own. */
export class TestMachine {
  readonly id: string;
  readonly #options: TestMachineOptions & { readonly folder: string };
  readonly #machines: Readonly<Record<string, MachineConfig>>;
  readonly #states: ReadonlySet<string>;

  constructor(
    options: TestMachineOptions & { readonly folder: string },
    id: string,
    machines: Readonly<Record<string, MachineConfig>>,
    definition: MachineDefinition,
  ) {
    this.id = id;
    this.#options = options;
    this.#machines = machines;
    this.#states = new Set(findMockableStates(definition));
    this.#toStates(options);
  }

  /**
   * Runs one execution to its end. Throws UNKNOWN_HANDLER when it calls what the test does not
   * mock, INVALID_ARGUMENT for a mock of a state that does not exist and for a result that
   * `fieldValidationMode` refuses, and STOPPED when it waits for what the test never does.
   */
  async run(input: Json = {}, options: TestRunOptions = {}): Promise<MachineRun> {
    const stuck = new AbortController();
    const app = await this.#open(options, () => stuck.abort());
    const { name = this.#options.name } = options;
    try {
      const { status, output, error, cause } = await app.machine
        .execute(input, { signal: stuck.signal, ...(name !== undefined && { name }) })
        .catch((thrown: unknown) => {
          throw stuck.signal.aborted && hasCode(thrown, 'STOPPED') ? waitsForever(app) : thrown;
        });
      requireAnswers(app);
      requireRightResults(app);
      const { executions } = app.recorder;
      const { calls } = app.invoker;
      return new MachineRun({ status, output, error, cause, executions, calls });
    } finally {
      await closeContext(app.context);
    }
  }

  #open(run: TestRunOptions, onStuck: () => void): Promise<TestedApp> {
    const own = this.#options;
    const { config = { machines: {} }, folder, logger } = own;
    const { payloadBytesMax, historyEventsMax, objects } = config;
    return openTestedApp(
      {
        machineId: this.id,
        machines: this.#machines,
        config: {
          ...(payloadBytesMax !== undefined && { payloadBytesMax }),
          ...(historyEventsMax !== undefined && { historyEventsMax }),
          ...(objects?.driver === 'files' && { objects }),
        },
        folder,
        handlers: { ...selectRealHandlers(own), ...own.handlers, ...run.handlers },
        states: new Map([...this.#toStates(own), ...this.#toStates(run)]),
        fieldValidationMode: run.fieldValidationMode ?? own.fieldValidationMode ?? 'NONE',
        startMs: toMs(run.at ?? own.at ?? '2026-01-01T00:00:00Z'),
        logger,
      },
      onStuck,
    );
  }

  #toStates({ states = {}, mocks }: TestRunOptions): Map<string, AnswerCall> {
    const answers = new Map<string, AnswerCall>();
    if (mocks !== undefined) {
      const file = parseMockFile(mocks.file, 'mocks.file');
      const cases = findMockCase(file, mocks.machine ?? this.id, mocks.testCase);
      for (const [state, response] of cases) answers.set(state, answerByResponse(response));
    }
    for (const [state, mock] of Object.entries(states))
      answers.set(state, toAnswerCall(state, mock));
    for (const state of answers.keys()) this.#requireState(state);
    return answers;
  }

  #requireState(state: string): void {
    if (this.#states.has(state)) return;
    const known = [...this.#states].join(', ') || 'none';
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `a mock is for the state '${state}', but the machine '${this.id}' has no Task of this name (its Tasks: ${known})`,
      { fields: { state } },
    );
  }
}

function findMachine({ definition, type, config, machine }: TestMachineOptions): {
  readonly machineId: string;
  readonly machines: Readonly<Record<string, MachineConfig>>;
} {
  const configured = config?.machines ?? {};
  if (definition !== undefined) {
    const machineId = machine ?? 'machine';
    const own: MachineConfig = { definition, ...(type !== undefined && { type }) };
    return { machineId, machines: { ...configured, [machineId]: own } };
  }
  const ids = Object.keys(configured);
  const [only] = ids;
  const machineId = machine ?? (ids.length === 1 ? only : undefined);
  if (machineId !== undefined) return { machineId, machines: configured };
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `expected a definition, or the name of a machine of the configuration (known: ${ids.join(', ') || 'none'})`,
  );
}

function unknownMachine(id: string, known: readonly string[]): MillraceError {
  const names = known.join(', ') || 'none';
  return new MillraceError('UNKNOWN_MACHINE', `no machine is named '${id}'; known: ${names}`);
}

function findMockableStates(definition: MachineDefinition): string[] {
  return walkStates(definition).flatMap(({ state, name }) =>
    state.Type === 'Task' || state.Type === 'Message' ? [name] : [],
  );
}

function selectRealHandlers({
  config,
  realHandlers = false,
}: TestMachineOptions): Readonly<Record<string, MockFunction>> {
  const handlers = config?.handlers ?? {};
  if (typeof realHandlers === 'boolean') return realHandlers ? handlers : {};
  return Object.fromEntries(
    realHandlers.map((name) => {
      const handler = handlers[name];
      if (handler !== undefined) return [name, handler];
      const known = Object.keys(handlers).join(', ') || 'none';
      throw new MillraceError(
        'INVALID_ARGUMENT',
        `realHandlers: the configuration has no handler '${name}' (known: ${known})`,
      );
    }),
  );
}

function toMs(at: Date | string): number {
  const ms = new Date(at).getTime();
  if (!Number.isNaN(ms)) return ms;
  throw new MillraceError('INVALID_ARGUMENT', `at: expected a date or its text, found '${at}'`);
}

function requireAnswers({ invoker: { mistakes } }: TestedApp): void {
  if (mistakes.length === 0) return;
  throw new MillraceError(
    'UNKNOWN_HANDLER',
    `the run called what the test does not mock:\n${mistakes.map((each) => `  ${each}`).join('\n')}\n` +
      'Add a mock to states, or a handler to handlers.',
    { fields: { unknown: mistakes.length } },
  );
}

function requireRightResults({ invoker: { wrongResults } }: TestedApp): void {
  if (wrongResults.length === 0) return;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `mocks returned what the services never return:\n${wrongResults.map((each) => `  ${each}`).join('\n')}`,
    { fields: { wrong: wrongResults.length } },
  );
}

function waitsForever({ recorder }: TestedApp): MillraceError {
  const states = recorder.openStates.map((state) => `'${state}'`).join(', ');
  return new MillraceError(
    'STOPPED',
    `the execution never ends: it waits in ${states}, and nothing in the test answers it. Mock the state.`,
  );
}
