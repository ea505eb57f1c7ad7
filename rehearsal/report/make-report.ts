/** Makes the report of a rehearsal of what the deployment has kept of it. */
import type { Deployment } from '../deployment/deployment.ts';
import type { Resource } from '../template/assembly.ts';
import { whyNotExercised } from './not-exercised.ts';
import type {
  FunctionReport,
  RehearsalReport,
  ResourceReport,
  StepReport,
  UnusedPermission,
} from './report.ts';

/** See this file's head. */
export function makeReport(
  deployment: Deployment,
  steps: readonly StepReport[],
  seconds: number,
): RehearsalReport {
  const { troubles, logs, backends } = deployment;
  const logFaults = logs.faults.map(
    ({ functionName, line, reason }) => `${functionName} wrote a line that ${reason}: ${line}`,
  );
  const told = [...troubles.sentences, ...logFaults];
  const failed = steps.filter(({ verdict }) => verdict === 'failed');
  const firstFailure = failed.map(({ name, reason }) => `${name}: ${reason}`)[0] ?? null;
  return {
    passed: failed.length === 0 && told.length === 0,
    firstCause: told[0] ?? firstFailure,
    troubles: told,
    steps,
    resources: deployment.resolution.resources.map((each) => resourceReport(deployment, each)),
    unusedPermissions: unusedPermissions(deployment),
    functions: [...deployment.functions.values()].map(
      ({ id, lambda }): FunctionReport => ({
        id,
        name: lambda.definition.name,
        memoryMb: lambda.definition.memoryMb,
        figures: lambda.figures,
      }),
    ),
    calls: callsByAction(deployment),
    database: {
      calls: Object.values(backends.database?.requests ?? {}).reduce((sum, each) => sum + each, 0),
      meteredUnits: backends.database?.traffic.meteredUnits ?? 0,
    },
    differences: differencesOf(deployment),
    seconds,
  };
}

function resourceReport({ evidence }: Deployment, resource: Resource): ResourceReport {
  const { id, type, path } = resource;
  const seen = evidence.of(id);
  if (seen.length > 0) return { id, type, path, verdict: 'exercised', how: seen };
  const { verdict, why } = whyNotExercised(type);
  return { id, type, path, verdict, how: [why] };
}

function unusedPermissions({ access, usedStatements }: Deployment): UnusedPermission[] {
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

function callsByAction({ gate }: Deployment): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, operation, outcome } of gate.calls) {
    if (outcome === 'denied' || outcome === 'refused') continue;
    const action = `${service}:${operation}`;
    counts[action] = (counts[action] ?? 0) + 1;
  }
  return counts;
}

function differencesOf({ standIns, processesMax, backends }: Deployment): string[] {
  return [
    `at most ${processesMax} processes of each function ran at once, whatever its concurrency`,
    ...(backends.postgresOrigin === null
      ? []
      : [`the cluster was a PostgreSQL (${backends.postgresOrigin}), its capacity this machine's`]),
    ...standIns,
  ];
}
