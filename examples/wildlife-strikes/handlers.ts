/**
 * The functions that the Task states of `wildlife-strikes.asl.json` call. A handler gets the input
 * of the state and returns its result; an error that it throws is the error of the state, by its
 * `name`. Handlers keep nothing between calls, so they can be called again after a crash.
 */
import { faaRegion } from './faa-region.ts';
import type { RawReport } from './report.ts';

/** A valid report, with its sums as numbers. */
export type Report = Omit<RawReport, 'otherDollars' | 'repairDollars' | 'totalDollars'> & {
  readonly otherDollars: number;
  readonly repairDollars: number;
  readonly totalDollars: number;
};

/** The part of the handler context that these handlers use. */
export interface CallContext {
  /** Number of retries of this state by its `Retry`; 0 for the first call. */
  readonly retryCount: number;
}

/** Handlers by the names that `Resource` fields use. */
export const handlers = {
  validateReport,
  lookUpRegion,
  estimateCost,
  notifyOperator,
  openClaim,
  planInspection,
  checkPart,
};

/** Names of errors that are caused by the report itself, so that a redrive would fail again. */
export const nonRetryableErrors = Object.freeze(['InvalidReport']);

const knownDamage = new Set(['None', 'Minor', 'Medium', 'Substantial']);

/** An error with the `name` that `ErrorEquals` matches. */
class NamedError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

async function validateReport(report: RawReport): Promise<Report> {
  if (!knownDamage.has(report.damage)) {
    throw new NamedError(
      'InvalidReport',
      `damage is "${report.damage}", which is none of ${[...knownDamage].join(', ')}`,
    );
  }
  return {
    ...report,
    otherDollars: validateDollars('other cost', report.otherDollars),
    repairDollars: validateDollars('repair cost', report.repairDollars),
    totalDollars: validateDollars('total cost', report.totalDollars),
  };
}

function validateDollars(what: string, text: string): number {
  if (!/^\d{1,12}$/.test(text)) {
    throw new NamedError('InvalidReport', `${what} is "${text}", which is no sum in whole dollars`);
  }
  return Number(text);
}

/** Simulates a service that is busy at times: the first call for one report in fifty fails. */
async function lookUpRegion(
  { row, state }: { readonly row: number; readonly state: string },
  context: CallContext,
): Promise<string> {
  if (row % 50 === 0 && context.retryCount === 0) {
    throw new NamedError('RegionServiceUnavailable', `the region service is busy (row ${row})`);
  }
  return faaRegion(state) ?? 'unknown';
}

async function estimateCost(report: Report) {
  const { repairDollars, otherDollars, totalDollars } = report;
  return { repairDollars, otherDollars, totalDollars };
}

async function notifyOperator(report: Report) {
  const { operator, aircraft, airport, flightDate, species } = report;
  return {
    operator,
    text: `${aircraft} met a ${species.toLowerCase()} at ${airport} on ${flightDate}`,
  };
}

/** Idempotent: the claim number is derived from the report. */
async function openClaim(strike: { row: number; region: string; flightDate: string }) {
  return { claimNumber: `${strike.flightDate}-${strike.row}`, office: strike.region };
}

/** Returns the parts that a strike in this phase of flight may have damaged. */
async function planInspection(report: Report): Promise<string[]> {
  const parts = ['windshield', 'engines'];
  if (report.phase === 'Take-off run' || report.phase === 'Landing Roll')
    parts.push('landing gear');
  if (report.wildlifeSize !== 'Small') parts.push('airframe');
  return parts;
}

async function checkPart(check: { part: string; aircraft: string; wildlifeSize: string }) {
  const urgent = check.part === 'engines' && check.wildlifeSize === 'Large';
  return { part: check.part, order: `${check.aircraft}: look at the ${check.part}`, urgent };
}
