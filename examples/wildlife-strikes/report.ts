/**
 * Maps a row of the FAA's file to the input and the priority of an execution. Every row gets both,
 * whatever it contains: the workflow validates the report.
 */

/** A report as in the file: the columns that are used, all of them text. */
export type RawReport = {
  readonly airport: string;
  readonly aircraft: string;
  readonly damage: string;
  readonly flightDate: string;
  readonly operator: string;
  readonly state: string;
  readonly phase: string;
  readonly wildlifeSize: string;
  readonly species: string;
  readonly otherDollars: string;
  readonly repairDollars: string;
  readonly totalDollars: string;
};

/** The input of one execution. */
export type ReportInput = {
  /** Number of the row in the file; the first one below the header is 1. */
  readonly row: number;
  readonly report: RawReport;
};

/** The column of each field. */
const columns: { readonly [Field in keyof RawReport]: string } = {
  airport: 'Airport Name',
  aircraft: 'Aircraft Make Model',
  damage: 'Effect Amount of damage',
  flightDate: 'Flight Date',
  operator: 'Aircraft Airline Operator',
  state: 'Origin State',
  phase: 'Phase of flight',
  wildlifeSize: 'Wildlife Size',
  species: 'Wildlife Species',
  otherDollars: 'Cost Other',
  repairDollars: 'Cost Repair',
  totalDollars: 'Cost Total $',
};

/**
 * Transformers that the item mapping of the configuration names: functions of an item, which is a
 * row by column name, and its index from 0.
 */
export const transformers = { toReport, toPriority };

/** Returns the input of the execution: the row's number, and its columns under shorter names. */
function toReport(item: unknown, index: number): ReportInput {
  const field = (name: keyof RawReport) => readText(item, columns[name]);
  return {
    row: index + 1,
    report: {
      airport: field('airport'),
      aircraft: field('aircraft'),
      damage: field('damage'),
      flightDate: field('flightDate'),
      operator: field('operator'),
      state: field('state'),
      phase: field('phase'),
      wildlifeSize: field('wildlifeSize'),
      species: field('species'),
      otherDollars: field('otherDollars'),
      repairDollars: field('repairDollars'),
      totalDollars: field('totalDollars'),
    },
  };
}

/** Substantial damage has the highest priority, and none the lowest. */
function toPriority(item: unknown): 'critical' | 'default' | 'low' {
  const damage = readText(item, columns.damage);
  if (damage === 'Substantial') return 'critical';
  return damage === 'None' ? 'low' : 'default';
}

/** Returns the text in a column of a row; '' if there is none. */
function readText(item: unknown, column: string): string {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, column)) return '';
  const value: unknown = (item as Readonly<Record<string, unknown>>)[column];
  return typeof value === 'string' ? value : '';
}
