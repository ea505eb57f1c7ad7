/** The secrets of handlers, which are set in the environment before handlers run. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { provideSecrets } from '../../lib/lambda/handler-secrets.ts';
import { pointAwsAt } from '../support/aws-environment.ts';
import { serveLocally } from '../support/local-server.ts';

const arns = {
  SHOP_KEY: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:shop-AbCdEf',
  SHOP_URL: 'arn:aws:ssm:eu-central-1:000000000000:parameter/shop/url',
};

afterEach(() => vi.unstubAllEnvs());

/** Serves Secrets Manager and SSM, with the texts of a test. */
async function serveSecrets(text: string | null) {
  const server = await serveLocally(({ headers }) => {
    if (text === null) return { status: 400, body: { __type: 'ResourceNotFoundException' } };
    const isParameter = headers['x-amz-target'] === 'AmazonSSM.GetParameter';
    return { body: isParameter ? { Parameter: { Value: text } } : { SecretString: text } };
  });
  pointAwsAt(server.url);
  for (const name of Object.keys(arns)) vi.stubEnv(name, '');
  return server;
}

describe('provideSecrets', () => {
  it('secrets and parameters are read by their ARNs, and set as variables', async () => {
    const { seen } = await serveSecrets('s3cret');

    await provideSecrets(arns);

    expect(process.env).toMatchObject({ SHOP_KEY: 's3cret', SHOP_URL: 's3cret' });
    expect(seen.map(({ body }) => JSON.parse(body)).toSorted(byKeys)).toEqual([
      { Name: arns.SHOP_URL, WithDecryption: true },
      { SecretId: arns.SHOP_KEY },
    ]);
  });

  it('a secret that cannot be read is named by its variable, and may be there next time', async () => {
    await serveSecrets(null);

    await expect(provideSecrets({ SHOP_KEY: arns.SHOP_KEY })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^deployment\.secrets\.SHOP_KEY: the secret .* cannot be read/,
      ),
      retryable: true,
    });
  });

  it('a function without secrets reads nothing', async () => {
    const { seen } = await serveSecrets('s3cret');

    await provideSecrets();

    expect(seen).toEqual([]);
  });
});

function byKeys(one: object, other: object): number {
  return Object.keys(one).length > Object.keys(other).length ? -1 : 1;
}
