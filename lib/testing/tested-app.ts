/** Opens the app of a test: the real one, over a store in memory and a clock that skips time. */

import { openApp } from '../app/open-app.ts';
import { StateMachine } from '../app/state-machine.ts';
import type { MachineConfig, MillraceConfig } from '../config/config.ts';
import type { Handler, Handlers } from '../drivers/handlers/handler.ts';
import { HandlerInvoker } from '../drivers/handlers/handler-invoker.ts';
import { openMemoryStore } from '../drivers/memory/memory-store.ts';
import { RoutedInvoker } from '../drivers/router/routed-invoker.ts';
import { createLineLogger } from '../drivers/system/line-logger.ts';
import type { AppContext } from '../operations/app-context.ts';
import { MockedResults } from '../operations/mocks/mocked-results.ts';
import type { Logger } from '../ports/logger.ts';
import type { Store } from '../ports/store/store.ts';
import { pause } from '../retry/pause.ts';
import type { FieldValidationMode } from '../test-state/request.ts';
import { createHeldObjects, holdReads } from './held-objects.ts';
import { MockedInvoker } from './mocked-invoker.ts';
import { RunRecorder } from './run-recorder.ts';
import { SkippingClock } from './skipping-clock.ts';
import type { AnswerCall, MockFunction } from './state-mock.ts';

/** What a {@link TestedApp} is opened from. */
export interface TestedAppOptions {
  readonly machineId: string;
  readonly machines: Readonly<Record<string, MachineConfig>>;
  /** The rest of the app's configuration, without what it connects to. */
  readonly config: Pick<MillraceConfig, 'payloadBytesMax' | 'historyEventsMax' | 'objects'>;
  readonly folder: string;
  readonly handlers: Readonly<Record<string, MockFunction>>;
  readonly states: ReadonlyMap<string, AnswerCall>;
  /** How the results of these mocks are checked. */
  readonly fieldValidationMode: FieldValidationMode;
  /** The time at which the test starts, in milliseconds since 1970. */
  readonly startMs: number;
  readonly logger: Logger | undefined;
}

/** The app of one run. */
export interface TestedApp {
  readonly context: AppContext;
  readonly machine: StateMachine;
  readonly clock: SkippingClock;
  readonly recorder: RunRecorder;
  readonly invoker: MockedInvoker;
}

/** As in AWS: a machine that goes round for ever fails instead of never ending. */
const historyEventsMax = 25_000;

const silent = createLineLogger({ level: 'silent', format: 'text', write: () => {}, now: () => 0 });

/**
 * Opens the app. Throws what a machine throws that is not valid.
 * @param onStuck called when the run waits for what will never happen
 */
export async function openTestedApp(
  options: TestedAppOptions,
  onStuck: () => void,
): Promise<TestedApp> {
  const { machines, config, folder, fieldValidationMode: mode, logger = silent } = options;
  const clock = new SkippingClock(options.startMs, onStuck);
  const recorder = new RunRecorder();
  const opened = await openApp({
    config: { historyEventsMax, ...config, machines, store: 'memory', broker: 'memory' },
    folder,
    env: { measure: 'off' },
    flags: { store: 'memory', broker: 'memory' },
    drivers: { store: openWatchedStore(clock) },
    executionLog: recorder,
    logger,
    clock,
  });
  const { nested, messages } = opened;
  const others = new RoutedInvoker([
    { resources: /^/, invoker: new HandlerInvoker(withSleep(options.handlers, clock), logger) },
    { resources: /^arn:[^:]+:states:::states:startExecution\b/, invoker: nested },
    { resources: /^arn:aws:states:::millrace:receiveMessage$/, invoker: messages },
  ]);
  const results = mode === 'NONE' ? null : new MockedResults({ mode, folder });
  const invoker = new MockedInvoker({ ...options, clock, logger, results, others });
  const context: AppContext = {
    ...opened,
    backgroundClock: clock.background,
    invoker,
    files: holdReads(opened.files, clock),
    objects: createHeldObjects(opened.objects, clock),
    app: {
      ...opened.app,
      loggingOf: () => ({ level: 'ALL', includeExecutionData: true }),
    },
  };
  const machine = new StateMachine(context, context.machines.get(options.machineId));
  return { context, machine, clock, recorder, invoker };
}

/** Opens a store whose calls the clock notices. */
function openWatchedStore(clock: SkippingClock): Store {
  return new Proxy(openMemoryStore({ now: () => clock.now() }), {
    get: (store, name) => {
      clock.touch();
      return Reflect.get(store, name);
    },
  });
}

/** Gives the handlers of a test the same context as mocks of states. */
function withSleep(
  handlers: Readonly<Record<string, MockFunction>>,
  clock: SkippingClock,
): Handlers {
  const calls = new Map<string, number>();
  const wrap = (name: string, handler: MockFunction): Handler => {
    return (input, context) => {
      const call = calls.get(name) ?? 0;
      calls.set(name, call + 1);
      const sleep = (seconds: number) => clock.rest(pause(clock, seconds * 1_000, context.signal));
      return handler(input, { ...context, call, sleep });
    };
  };
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [name, wrap(name, handler)]),
  );
}
