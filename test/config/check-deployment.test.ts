/** The shape of `deployment.dashboard`, which decides who may reach the hosted dashboard. */
import { describe, expect, it } from 'vitest';
import { deploymentShape } from '../../lib/config/deployment/check-deployment.ts';

const login = {
  issuer: 'https://login.example.com/realms/ops',
  clientId: 'millrace',
  clientSecretArn: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:login-AbCdEf',
  roles: { admins: 'owner', '*': 'reader' },
};

/** Returns the problems of a dashboard, one for each. */
function problemsOf(dashboard: unknown): string[] {
  const { error } = deploymentShape.safeParse({ dashboard });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('deployment.dashboard', () => {
  it('a login with an issuer, a client, a secret and roles is complete', () => {
    const domain = {
      domainName: 'mill.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/c-1',
      webAclArn: 'arn:aws:wafv2:us-east-1:000000000000:global/webacl/w/1',
    };

    expect(problemsOf({ login })).toEqual([]);
    expect(problemsOf({ login: { ...login, issuer: 'http://127.0.0.1:8080' } })).toEqual([]);
    expect(problemsOf({ login, ...domain })).toEqual([]);
  });

  it.each([
    ['no login', {}, /^dashboard\.login: /],
    ['plain HTTP', { login: { ...login, issuer: 'http://login.example.com' } }, /issuer: must be/],
    ['an issuer with a query', { login: { ...login, issuer: 'https://a.b/?x=1' } }, /issuer: must/],
    ['a secret in place', { login: { ...login, clientSecretArn: 'secret' } }, /must be an ARN of/],
    ['no one with a role', { login: { ...login, roles: {} } }, /roles: must give someone a role/],
    ['an unknown role', { login: { ...login, roles: { admins: 'admin' } } }, /roles\.admins/],
    ['a domain alone', { login, domainName: 'mill.example.com' }, /both domainName and/],
    [
      'a certificate elsewhere',
      {
        login,
        domainName: 'a.example.com',
        certificateArn: 'arn:aws:acm:eu-west-1:000000000000:certificate/c',
      },
      /acm in us-east-1/,
    ],
    ['a misspelled key', { login, webAcl: 'x' }, /webAcl/],
  ])('a dashboard is refused that has %s', (_, dashboard, expected) => {
    expect(problemsOf(dashboard).join()).toMatch(expected);
  });
});
