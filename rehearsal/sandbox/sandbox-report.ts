/** The report of an evening in a sandbox, as Markdown. */
import type { StepReport } from '../report/report.ts';
import type { SandboxReport } from './run-sandbox.ts';

const marks: Readonly<Record<StepReport['verdict'], string>> = {
  passed: 'yes',
  failed: '**no**',
  skipped: 'skipped',
};

/**
 * Formats a report as Markdown, to be pasted into an issue. The ids of accounts and the names of
 * buckets, which contain them, are replaced.
 */
export function formatSandboxReport({ facts, steps, passed }: SandboxReport): string {
  const rows = steps.map(({ name, verdict, reason, seconds }) => {
    const [first = ''] = reason.split('\n');
    return `| ${cell(name)} | ${marks[verdict]} | ${Math.round(seconds)} s | ${cell(first)} |`;
  });
  const details = steps.filter(({ verdict, reason }) => {
    return verdict === 'failed' && reason.includes('\n');
  });
  return [
    `## One evening in a sandbox: ${passed ? 'passed' : 'failed'}`,
    '',
    ...facts.map((fact) => `- ${hideAccounts(fact)}`),
    '',
    '| step | passed | took | seen |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...details.flatMap(({ name, reason }) => [
      '',
      `<details><summary>${name}</summary>`,
      '',
      '```text',
      hideAccounts(reason),
      '```',
      '',
      '</details>',
    ]),
    '',
  ].join('\n');
}

function cell(text: string): string {
  return hideAccounts(text).replaceAll('|', '\\|');
}

function hideAccounts(text: string): string {
  return text.replaceAll(/(?<!\d)\d{12}(?!\d)/g, 'ACCOUNT');
}
