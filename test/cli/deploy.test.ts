/** The command `millrace deploy`. */
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { deployCommand } from '../../bin/deploy-command.ts';
import { cdkWords } from '../../lib/cli/deploy/cdk-process.ts';
import { type AccountFacts, serveAccount } from '../support/aws-account.ts';
import { call, folderWith } from './cli-call.ts';

const file = 'test/cli/fixtures/deployed.config.ts';
const folder = process.cwd();
const others = { deploy: async () => deployCommand };

/** Serves an account, with credentials in a file: `call` hides variables. */
async function serveToCli(facts: Partial<AccountFacts> = {}) {
  const credentials = '[default]\naws_access_key_id = local\naws_secret_access_key = local\n';
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folderWith({ credentials }), 'credentials'));
  await serveAccount(facts);
}

describe('millrace deploy', () => {
  it('a check prints what was found, and ends with 1 when something is missing', async () => {
    await serveToCli({ bootstrap: null });

    const { status, stdout, stderr } = await call(
      ['deploy', '--check', '--stage', 'prod', '--config', file],
      { folder, others },
    );

    expect(status).toBe(1);
    expect(stdout).toContain('✓ account');
    expect(stdout).toMatch(/✗ bootstrap +the CDK has not been bootstrapped in 000000000000\/eu-w/);
    expect(stdout).toContain('→ npx cdk bootstrap aws://000000000000/eu-west-1');
    expect(stderr).toBe('nothing was deployed: fix what is marked with ✗ first\n');
  });

  it('a check of an account that is ready ends with 0', async () => {
    await serveToCli();

    const { status, stdout } = await call(
      ['deploy', '--check', '--json', '--stage', 'dev', '--config', file],
      { folder, others },
    );

    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { ready: boolean; findings: { check: string }[] };
    expect(report.ready).toBe(true);
    expect(report.findings.map(({ check }) => check)).toEqual([
      'account',
      'bootstrap',
      'concurrency',
      'database',
      'network',
      'databases',
      'permissions',
      'permissions of the CDK',
    ]);
  });

  it('a deployment with stages is not checked without the name of one', async () => {
    const { status, stderr } = await call(['deploy', '--check', '--config', file], {
      folder,
      others,
    });

    expect(status).toBe(2);
    expect(stderr).toContain('name the stage to deploy, one of dev, prod');
  });

  it('the CDK is called with its app, the configuration and the stage', () => {
    const below = join(folder, 'test');
    const words = cdkWords({ folder: below, config: 'a.config.ts', stage: 'prod', words: ['-v'] });

    expect(words).toEqual([
      expect.stringMatching(/aws-cdk\/bin\/cdk$/),
      'deploy',
      '--all',
      '--app',
      expect.stringMatching(/node\S* \S+\/bin\/infra\.ts$/),
      '-c',
      'config=a.config.ts',
      '-c',
      'stage=prod',
      '-v',
    ]);
  });

  it('a folder whose cdk.json names an app is deployed by that app', () => {
    const words = cdkWords({ folder, words: ['--verbose'] });

    expect(words).toEqual([expect.stringMatching(/cdk$/), 'deploy', '--all', '--verbose']);
  });

  it('the refusal of a folder without the CDK says how to install it', () => {
    expect(() => cdkWords({ folder: '/', words: [] })).toThrow(
      'needs the package aws-cdk in /: npm install --save-dev aws-cdk',
    );
  });
});
