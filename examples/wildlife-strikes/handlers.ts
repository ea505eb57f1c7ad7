/**
 * The work behind the Task states of `wildlife-strikes.asl.json`. A handler takes the state's input
 * and gives the state's result; what it throws is the state's error, under the error's `name`. None
 * keeps anything between calls, so each may be called again after a crash.
 */
import { faaRegion } from './faa-region.ts';
import type { RawReport } from './report.ts';

/** A report that was found to be in order, with its sums as numbers. */
export type Report = Omit<RawReport, 'otherDollars' | 'repairDollars' | 'totalDollars'> & {
  readonly otherDollars: number;
  readonly repairDollars: number;
  readonly totalDollars: number;
};

/** The part of a call's context that these handlers use. */
export interface CallContext {
  /** Number of retries of this visit of the state; 0 for the first call. */
  readonly retryCount: number;
}

/** By the names that `Resource` fields use. */
export const handlers = {
  validateReport,
  lookUpRegion,
  estimateCost,
  notifyOperator,
  openClaim,
  planInspection,
  checkPart,
};

/**
 * Errors of these names come from the report itself: to run the execution again would end the same.
 */
export const nonRetryableErrors = Object.freeze(['InvalidReport']);

const knownDamage = new Set(['None', 'Minor', 'Medium', 'Substantial']);

/** An error whose `name` is what `ErrorEquals` matches. */
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

/** Stands for a service that is busy at times: the first call for one report in fifty fails. */
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

/** The number is made of the report alone, so that opening the same claim twice opens one. */
async function openClaim(strike: { row: number; region: string; flightDate: string }) {
  return { claimNumber: `${strike.flightDate}-${strike.row}`, office: strike.region };
}

/** The parts that a strike in this phase of flight may have hurt. */
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
