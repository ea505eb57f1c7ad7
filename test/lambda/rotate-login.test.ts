/** The rotation of the passwords of the functions' roles. */
import { describe, expect, it, vi } from 'vitest';
import { SecretVersions } from '../../lib/drivers/secrets-manager/secret-versions.ts';
import { rotateLogin } from '../../lib/lambda/rotate-login.ts';
import type { StoreRoles } from '../../lib/ports/store/store.ts';
import { pointAwsAt } from '../support/aws-environment.ts';
import { serveLocally } from '../support/local-server.ts';

const arn = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:app-AbCdEf';

interface Version {
  readonly text: string;
  stages: string[];
}

/** Serves Secrets Manager with one secret, and records the passwords that a database would get. */
async function openRotation() {
  const versions = new Map<string, Version>([
    ['one', { text: '{"username":"app","password":"first"}', stages: ['AWSCURRENT'] }],
  ]);
  const log: string[] = [];
  const server = await serveLocally(({ headers, body }) => {
    const request = JSON.parse(body);
    const [, action] = String(headers['x-amz-target']).split('.');
    if (action === 'DescribeSecret') {
      const stages = [...versions].map(([id, version]) => [id, version.stages]);
      return { body: { VersionIdsToStages: Object.fromEntries(stages) } };
    }
    if (action === 'PutSecretValue') {
      const { ClientRequestToken: id, SecretString: text, VersionStages: stages } = request;
      versions.set(id, { text, stages });
    }
    if (action === 'UpdateSecretVersionStage') {
      log.push('secret');
      for (const [id, version] of versions) {
        version.stages = id === request.MoveToVersionId ? ['AWSCURRENT'] : ['AWSPREVIOUS'];
      }
    }
    if (action !== 'GetSecretValue') return {};
    const found = [...versions.values()].find(({ stages }) =>
      stages.includes(request.VersionStage),
    );
    return { body: { SecretString: found?.text } };
  });
  pointAwsAt(server.url);
  const deps = {
    versions: new SecretVersions(),
    secrets: { application: arn, reader: `${arn}-of-the-reader` },
    setPasswords: vi.fn(async (_: StoreRoles) => void log.push('database')),
  };
  const step = (Step: string, SecretId = arn) =>
    rotateLogin(deps, { Step, SecretId, ClientRequestToken: 'two' });
  return { deps, log, step, versions };
}

describe('rotateLogin', () => {
  it('the database gets the new password right before the secret does', async () => {
    const { deps, log, step, versions } = await openRotation();

    for (const each of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'])
      await step(each);

    const { text, stages } = versions.get('two') ?? { text: '', stages: [] };
    const { username, password } = JSON.parse(text);
    expect({ username, stages }).toEqual({ username: 'app', stages: ['AWSCURRENT'] });
    expect(password).toMatch(/^[\w-]{48}$/);
    expect(deps.setPasswords).toHaveBeenCalledExactlyOnceWith({
      application: { name: 'app', password },
    });
    expect(log).toEqual(['database', 'secret']);
  });

  it('a step that is repeated changes nothing', async () => {
    const { deps, step, versions } = await openRotation();
    await step('createSecret');
    const first = versions.get('two')?.text;

    await step('createSecret');
    await step('finishSecret');
    await step('finishSecret');

    expect(versions.get('two')?.text).toBe(first);
    expect(deps.setPasswords).toHaveBeenCalledTimes(1);
  });

  it('a secret of another role is refused', async () => {
    const { step } = await openRotation();

    await expect(step('createSecret', 'arn:other')).rejects.toThrow(
      'the secret arn:other is that of no role of this function',
    );
  });
});
