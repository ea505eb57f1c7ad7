/** Holds expressions against the JSONata library of the version that AWS documents. */
import oracle from 'jsonata-2';
import { compileJsonata } from '../../lib/asl/jsonata/jsonata-expression.ts';
import { createEvaluation } from '../asl/create-evaluation.ts';
import fc from '../support/properties.ts';
import { arbitraryExpression, document } from './arbitrary-jsonata.ts';
import { type Difference, explain } from './differences.ts';

/** What a run found. */
export interface OracleReport {
  readonly runs: number;
  /** Expressions with a value, in both. */
  readonly values: number;
  /** Number of expressions by the explanation of their difference. */
  readonly explained: ReadonlyMap<string, number>;
  readonly unexplained: readonly Difference[];
}

/** Evaluates `runs` random expressions here and in the oracle. */
export async function runOracle(runs: number, seed: number): Promise<OracleReport> {
  const explained = new Map<string, number>();
  const unexplained: Difference[] = [];
  let values = 0;
  for (const expression of fc.sample(arbitraryExpression, { numRuns: runs, seed })) {
    const difference = await compare(expression);
    if (difference === null) {
      values += 1;
      continue;
    }
    const rule = explain(difference);
    if (rule === undefined) unexplained.push(difference);
    else explained.set(rule, (explained.get(rule) ?? 0) + 1);
  }
  return { runs, values, explained, unexplained };
}

/** Returns how the results differ, or null. */
export async function compare(expression: string): Promise<Difference | null> {
  const text = `($i := $states.input; ${expression})`;
  const [here, there] = [evaluateHere(text), await evaluateThere(text)];
  return here === there ? null : { expression, here, there };
}

function evaluateHere(text: string): string {
  try {
    return show(compileJsonata(text).evaluate(createEvaluation(document)));
  } catch (thrown) {
    return showError(thrown);
  }
}

async function evaluateThere(text: string): Promise<string> {
  try {
    return show(await oracle(text).evaluate(null, { states: { input: document } }));
  } catch (thrown) {
    return showError(thrown);
  }
}

/** Functions, and numbers that JSON lacks, are shown so that they differ from any JSON. */
function show(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item)) return `<${item}>`;
    return isFunction(item) ? '<function>' : item;
  });
  return text ?? 'undefined';
}

function isFunction(item: unknown): boolean {
  if (typeof item === 'function') return true;
  if (typeof item !== 'object' || item === null) return false;
  return '_jsonata_function' in item || '_jsonata_lambda' in item;
}

function showError(thrown: unknown): string {
  const { code, message } = Object(thrown);
  const isSyntax = code === 'INVALID_DEFINITION' || /^S\d{4}$/.test(String(code));
  return `error ${isSyntax ? 'of syntax' : (code ?? message)}`;
}
