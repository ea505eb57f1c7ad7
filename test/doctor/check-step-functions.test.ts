/** How clients on this machine reach synchronous calls, as `millrace doctor` says it. */
import { describe, expect, it } from 'vitest';
import { checkStepFunctions } from '../../lib/doctor/check-step-functions.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

describe('the check of the host name for synchronous calls', () => {
  it('a machine without the name learns what each client needs instead', async () => {
    const asked: string[] = [];
    const finding = await checkStepFunctions(new SimulatedClock(), async (name) => {
      asked.push(name);
      throw new Error('ENOTFOUND');
    });

    expect(asked).toEqual(['sync-localhost']);
    expect(finding).toMatchObject({ verdict: 'ok', fix: null });
    expect(finding.found).toMatch(/HTTP_PROXY .*inject_host_prefix.*disableHostPrefix.*hosts file/);
  });

  it('a machine that resolves the name needs nothing', async () => {
    const finding = await checkStepFunctions(new SimulatedClock(), async () => '127.0.0.1');

    expect(finding.found).toBe('sync-localhost is this machine: any client reaches all operations');
  });
});
