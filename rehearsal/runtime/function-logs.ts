/**
 * What functions write, read as CloudWatch reads it: lines of JSON, and among them metrics in the
 * embedded format. Tells lines that are no JSON, and lines that carry what must not be logged.
 */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';

/** One value of a metric. */
export interface MetricPoint {
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Something that no log line may be. */
export interface LogFault {
  readonly functionName: string;
  readonly line: string;
  readonly reason: string;
}

/** Faults that are kept; the rest are counted. */
const faultsMax = 20;

/** Lines that are kept of each function, the newest. */
const linesMax = 200;

/** Columns of a line that is quoted. */
const quoteMax = 300;

/** See this file's head. */
export class FunctionLogs {
  /** Texts that only payloads hold. */
  readonly #secrets: readonly string[];
  readonly #recent = new Map<string, string[]>();
  readonly faults: LogFault[] = [];
  readonly points: MetricPoint[] = [];
  /** How many lines there were, of all functions. */
  lines = 0;

  constructor(secrets: readonly string[] = []) {
    this.#secrets = secrets;
  }

  /** Takes a line in. */
  take(functionName: string, line: string): void {
    this.lines += 1;
    const recent = this.#recent.get(functionName) ?? [];
    recent.push(line);
    if (recent.length > linesMax) recent.shift();
    this.#recent.set(functionName, recent);
    const entry = parse(line);
    if (entry === null) this.#fault(functionName, line, 'is no JSON object');
    else this.points.push(...metricsOf(entry));
    const secret = this.#secrets.find((each) => line.includes(each));
    if (secret !== undefined) this.#fault(functionName, line, 'holds a part of a payload');
  }

  /** The newest lines of a function that tell of something wrong, oldest first. */
  complaints(functionName: string): string[] {
    return (this.#recent.get(functionName) ?? []).filter((line) => {
      const level = parse(line)?.level;
      return level === undefined ? !line.startsWith('{') : /^(?:error|fatal)$/i.test(String(level));
    });
  }

  /** The sum of a metric, over all its dimensions. */
  sum(name: string): number {
    return this.points
      .filter((point) => point.name === name)
      .reduce((sum, { value }) => sum + value, 0);
  }

  #fault(functionName: string, line: string, reason: string): void {
    if (this.faults.length < faultsMax) {
      this.faults.push({ functionName, line: line.slice(0, quoteMax), reason });
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

/** The points of a line in CloudWatch's embedded metric format; none in any other. */
function metricsOf(entry: JsonObject): MetricPoint[] {
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
