/**
 * Machines as specification: the YAML files below test/cases, one folder per feature. A case is a
 * definition (`state` is a machine of one state, `states` starts at the first), an input, the
 * answers of each handler call by call (the last one repeats), and the expected result. `accepted`
 * is the reply to a request whose `answer` comes from outside.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Json } from '../../lib/asl/json/json.ts';
import { json, jsonObject } from '../asl/cases.ts';
import {
  Accepted,
  noAnswer,
  type Run,
  run,
  startOfRun,
  TaskFailure,
  type TestHandler,
} from '../support/run-machine.ts';

const outcome = z.union([
  z.literal('never'),
  z.strictObject({ result: json }),
  z.strictObject({ error: z.string(), cause: z.string().default('') }),
]);
const answer = z.union([outcome, z.strictObject({ accepted: json, answer: outcome })]);
const machineCase = z.strictObject({
  title: z.string(),
  language: z.enum(['JSONPath', 'JSONata']).default('JSONPath'),
  timeout: z.number().optional(),
  limits: z.record(z.string(), z.number()).default({}),
  state: jsonObject.optional(),
  states: z.record(z.string(), jsonObject).optional(),
  input: json.optional(),
  answers: z.record(z.string(), z.array(answer)).default({}),
  /** The parameters of the handler calls, in order. */
  calls: z.array(json).optional(),
  status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT']).default('SUCCEEDED'),
  output: json.optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  /** The types of the history's events. */
  events: z.array(z.string()).optional(),
  /** Duration of the execution. */
  seconds: z.number().optional(),
});
const feature = z.strictObject({ feature: z.string(), cases: z.array(machineCase) });
type MachineCase = z.infer<typeof machineCase>;

const folder = new URL('../cases/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.yaml'),
);

for (const path of files.toSorted()) {
  const { feature: name, cases } = feature.parse(
    parse(readFileSync(new URL(path, folder), 'utf8')),
  );
  describe(name, () => {
    for (const each of cases) test(each.title, () => check(each));
  });
}

function check(each: MachineCase): void {
  const ran = run(createDefinition(each), {
    input: each.input ?? {},
    limits: each.limits,
    handlers: Object.fromEntries(
      Object.entries(each.answers).map(([name, answers]) => [name, createHandler(answers)]),
    ),
  });

  expect(actual(ran, each)).toEqual(expected(each));
}

function createDefinition({ language, timeout, state, states }: MachineCase): object {
  const all = states ?? { S: { End: true, ...state } };
  return {
    QueryLanguage: language,
    StartAt: Object.keys(all)[0],
    States: all,
    ...(timeout === undefined ? {} : { TimeoutSeconds: timeout }),
  };
}

function createHandler(answers: readonly z.infer<typeof answer>[]): TestHandler {
  let calls = 0;
  return () => {
    const next = answers[Math.min(calls, answers.length - 1)] ?? 'never';
    calls += 1;
    if (next === 'never' || !('accepted' in next)) return settleAs(next);
    return new Accepted(next.accepted, () => settleAs(next.answer));
  };
}

function settleAs(next: z.infer<typeof outcome>): Json | typeof noAnswer {
  if (next === 'never') return noAnswer;
  if ('error' in next) throw new TaskFailure(next.error, next.cause);
  return next.result;
}

/** The fields of a result; those that a case does not mention are not compared. */
const comparedFields = ['output', 'error', 'cause', 'events', 'seconds', 'calls'] as const;
type Result = Partial<Record<(typeof comparedFields)[number] | 'status', Json | undefined>>;

function expected(each: MachineCase): Result {
  const named = comparedFields.filter((name) => each[name] !== undefined);
  return { status: each.status, ...Object.fromEntries(named.map((name) => [name, each[name]])) };
}

function actual(ran: Run, each: MachineCase): Result {
  const all: Result = {
    output: ran.output,
    error: ran.end?.error,
    cause: ran.end?.cause,
    events: ran.types,
    seconds: (ran.now - startOfRun) / 1_000,
    calls: ran.calls.map(({ parameters }) => parameters),
  };
  const named = comparedFields.filter((name) => each[name] !== undefined);
  return {
    status: ran.snapshot.status,
    ...Object.fromEntries(named.map((name) => [name, all[name]])),
  };
}
