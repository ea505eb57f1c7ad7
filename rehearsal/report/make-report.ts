import type { Deployment } from '../deployment/deployment.ts';
import type { Resource } from '../template/assembly.ts';
import { explainNotExercised } from './not-exercised.ts';
import type {
  FunctionReport,
  RehearsalReport,
  ResourceReport,
  StepReport,
  UnusedPermission,
} from './report.ts';

/** Makes the report of a rehearsal from what the deployment has recorded. */
export function makeReport(
  deployment: Deployment,
  steps: readonly StepReport[],
  seconds: number,
): RehearsalReport {
  const { backends, logs } = deployment;
  const logProblems = logs.problems.map(
    ({ functionName, line, reason }) => `${functionName} wrote a line that ${reason}: ${line}`,
  );
  const problems = [...deployment.problems.messages, ...logProblems];
  const failed = steps.filter(({ verdict }) => verdict === 'failed');
  const firstFailure = failed.map(({ name, reason }) => `${name}: ${reason}`)[0] ?? null;
  return {
    passed: failed.length === 0 && problems.length === 0,
    firstCause: problems[0] ?? firstFailure,
    problems,
    steps,
    resources: deployment.resolution.resources.map((each) => reportResource(deployment, each)),
    unusedPermissions: findUnusedPermissions(deployment),
    functions: reportFunctions(deployment),
    calls: countCalls(deployment),
    database: {
      calls: Object.values(backends.dataApi?.requests ?? {}).reduce((sum, each) => sum + each, 0),
      meteredUnits: backends.dataApi?.traffic.meteredUnits ?? 0,
    },
    differences: listDifferences(deployment),
    seconds,
  };
}

function reportResource({ coverage }: Deployment, resource: Resource): ResourceReport {
  const { id, type, path } = resource;
  const seen = coverage.describe(id);
  if (seen.length > 0) return { id, type, path, verdict: 'exercised', how: seen };
  const { verdict, why } = explainNotExercised(type);
  return { id, type, path, verdict, how: [why] };
}

function findUnusedPermissions({ access, usedStatements }: Deployment): UnusedPermission[] {
  return [...access.identityStatements()].flatMap(([role, statements]) =>
    statements
      .filter((statement) => !usedStatements.has(statement))
      .map(({ source, actions }) => ({
        role: role.split('/').at(-1) ?? role,
        statement: source,
        actions: actions.patterns,
      })),
  );
}

function reportFunctions({ functions }: Deployment): FunctionReport[] {
  return [...functions.values()].flatMap(({ id, versions }) =>
    versions.map(({ definition: { name, version, memoryMb }, stats }) => {
      const shown = version === '$LATEST' ? name : `${name}:${version}`;
      return { id, name: shown, memoryMb, stats };
    }),
  );
}

function countCalls({ proxy }: Deployment): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, operation, outcome } of proxy.calls) {
    if (outcome === 'denied' || outcome === 'refused') continue;
    const action = `${service}:${operation}`;
    counts[action] = (counts[action] ?? 0) + 1;
  }
  return counts;
}

function listDifferences(deployment: Deployment): string[] {
  const { standIns, processesMax, backends } = deployment;
  const { postgresOrigin } = backends;
  return [
    `each function ran in at most ${processesMax} processes at once, whatever its concurrency`,
    ...(postgresOrigin === null
      ? []
      : [`the cluster was a PostgreSQL (${postgresOrigin}) with the capacity of this machine`]),
    ...standIns,
    ...listOvertime(deployment),
  ];
}

/** Invocations that Lambda would have ended, had they been as slow there. */
function listOvertime({ functions }: Deployment): string[] {
  const versions = [...functions.values()].flatMap((each) => each.versions);
  return versions.flatMap(({ definition: { name, timeoutMs }, stats: { longestMs } }) => {
    if (longestMs <= timeoutMs) return [];
    const [took, allowed] = [longestMs, timeoutMs].map((ms) => (ms / 1_000).toFixed(1));
    return [
      `an invocation of ${name} took ${took} s on this machine, and its Timeout is ${allowed} s`,
    ];
  });
}
