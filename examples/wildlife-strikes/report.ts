/**
 * A wildlife-strike report: from a row of the FAA's file to the input of an execution, and to its
 * priority. Guarantees that every row gets both, whatever it holds: judging the report is the
 * workflow's work.
 */

/** A report as the file has it: the columns we use, all of them text. */
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
  /** The row in the file; the first one below the header is 1. */
  readonly row: number;
  readonly report: RawReport;
};

/** The column of the file that each field is taken from. */
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
 * What the configuration's item mapping may name: functions of an item (a row by column name) and
 * its index from 0.
 */
export const transformers = { toReport, toPriority };

/**
 * The execution's input: the row's number and its columns under names that read well in a
 * definition.
 */
function toReport(item: unknown, index: number): ReportInput {
  const field = (name: keyof RawReport) => textOf(item, columns[name]);
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

/**
 * Grave damage goes first and harmless strikes last; what is in between or makes no sense goes the
 * usual way.
 */
function toPriority(item: unknown): 'critical' | 'default' | 'low' {
  const damage = textOf(item, columns.damage);
  if (damage === 'Substantial') return 'critical';
  return damage === 'None' ? 'low' : 'default';
}

/** The text in a column of a row; '' when there is none. */
function textOf(item: unknown, column: string): string {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, column)) return '';
  const value: unknown = (item as Readonly<Record<string, unknown>>)[column];
  return typeof value === 'string' ? value : '';
}
