import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';

/** One value of a metric. */
export interface MetricPoint {
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A line that must not be logged. */
export interface LogProblem {
  readonly functionName: string;
  readonly line: string;
  readonly reason: string;
}

/** Maximum number of problems that are kept. */
const problemsMax = 20;

/** Maximum number of lines that are kept for each function. */
const linesMax = 200;

/** Maximum number of characters of a quoted line. */
const quoteMax = 300;

/**
 * Reads the logs of functions as CloudWatch does: lines of JSON, some of them with metrics in the
 * embedded format. Collects lines that are not JSON, and lines that contain a secret.
 */
export class FunctionLogs {
  /** Texts that only payloads contain. */
  readonly #secrets: readonly string[];
  readonly #recent = new Map<string, string[]>();
  readonly problems: LogProblem[] = [];
  readonly points: MetricPoint[] = [];
  /** The number of lines of all functions. */
  lines = 0;

  constructor(secrets: readonly string[] = []) {
    this.#secrets = secrets;
  }

  /** Adds a line of a function. */
  add(functionName: string, line: string): void {
    this.lines += 1;
    const recent = this.#recent.get(functionName) ?? [];
    recent.push(line);
    if (recent.length > linesMax) recent.shift();
    this.#recent.set(functionName, recent);
    const entry = parse(line);
    if (entry === null) this.#addProblem(functionName, line, 'is not a JSON object');
    else this.points.push(...readMetrics(entry));
    const secret = this.#secrets.find((each) => line.includes(each));
    if (secret !== undefined) this.#addProblem(functionName, line, 'contains a part of a payload');
  }

  /** Returns the recent lines of a function that are errors or not JSON, oldest first. */
  recentErrors(functionName: string): string[] {
    return (this.#recent.get(functionName) ?? []).filter((line) => {
      const level = parse(line)?.level;
      return level === undefined ? !line.startsWith('{') : /^(?:error|fatal)$/i.test(String(level));
    });
  }

  /** Returns the sum of a metric over all its dimensions. */
  sum(name: string): number {
    return this.points
      .filter((point) => point.name === name)
      .reduce((sum, { value }) => sum + value, 0);
  }

  #addProblem(functionName: string, line: string, reason: string): void {
    if (this.problems.length < problemsMax) {
      this.problems.push({ functionName, line: line.slice(0, quoteMax), reason });
    }
  }
}

function parse(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Reads the metrics of a line in CloudWatch's embedded metric format. */
function readMetrics(entry: JsonObject): MetricPoint[] {
  const { _aws: directive } = entry;
  if (!isObject(directive) || !Array.isArray(directive.CloudWatchMetrics)) return [];
  return directive.CloudWatchMetrics.filter(isObject).flatMap((set) => {
    const names = Array.isArray(set.Dimensions) ? set.Dimensions.flat() : [];
    const dimensions = Object.fromEntries(
      names.map((name) => [String(name), String(entry[String(name)])]),
    );
    const metrics = Array.isArray(set.Metrics) ? set.Metrics.filter(isObject) : [];
    return metrics.flatMap(({ Name }) => {
      const name = String(Name);
      const values = [entry[name]].flat().filter((value) => typeof value === 'number');
      return values.map((value) => ({
        namespace: String(set.Namespace),
        name,
        value,
        dimensions,
      }));
    });
  });
}
