import { infraDefaults } from '../infra-defaults.ts';
import type { MillraceProps } from '../millrace-props.ts';

/** First minor version that can pause, by major version; all versions from 17 on can. */
const pausesFrom: Readonly<Record<string, number>> = { 13: 15, 14: 12, 15: 7, 16: 3 };

/** Returns what Aurora would refuse about the capacity; nothing for an existing cluster. */
export function capacityProblems(props: MillraceProps): string[] {
  if (props.cluster !== undefined) return [];
  const { minCapacity: min = infraDefaults.minCapacity } = props;
  const { maxCapacity: max = infraDefaults.maxCapacity } = props;
  const pauseSeconds = props.autoPause?.toSeconds() ?? infraDefaults.autoPauseSeconds;
  return [
    ...(isCapacity(min, 0) ? [] : [`minCapacity: expected 0 to 256 in halves, found ${min}`]),
    ...(isCapacity(max, 1) ? [] : [`maxCapacity: expected 1 to 256 in halves, found ${max}`]),
    ...(min > max ? [`minCapacity: expected at most maxCapacity (${max}), found ${min}`] : []),
    ...(pauseSeconds >= 300 && pauseSeconds <= 86_400
      ? []
      : [`autoPause: expected 5 minutes to a day, found ${pauseSeconds} s`]),
    ...pauseProblems(props, min),
  ];
}

function isCapacity(value: number, least: number): boolean {
  return value >= least && value <= 256 && Number.isInteger(value * 2);
}

function pauseProblems({ engineVersion }: MillraceProps, min: number): string[] {
  if (engineVersion === undefined || min > 0) return [];
  const { auroraPostgresFullVersion: version, auroraPostgresMajorVersion: major } = engineVersion;
  const minor = Number(version.split('.')[1] ?? 0);
  const first = Number(major) < 13 ? Number.POSITIVE_INFINITY : (pausesFrom[major] ?? 0);
  if (minor >= first) return [];
  return [
    `minCapacity: Aurora PostgreSQL ${version} cannot pause (13.15, 14.12, 15.7, 16.3 and all of ` +
      '17 can), found 0; use a newer engineVersion, or 0.5',
  ];
}
