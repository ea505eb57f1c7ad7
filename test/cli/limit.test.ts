/** `millrace limit list`. */
import { describe, expect, it } from 'vitest';
import { call, folderWith } from './cli-call.ts';

const config = `export default {
  machines: {
    orders: {
      definition: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
      limits: [{ concurrency: 10, per: '$.customer' }, { rate: '50/s' }],
    },
  },
  limits: { charge: { concurrency: 3 } },
};`;

describe('limit list', () => {
  it('limit list shows the limits of machines and handlers, and how they are used', async () => {
    const folder = folderWith({ 'millrace.config.mjs': config });

    const text = await call(['limit', 'list', '--store', 'memory'], { folder });
    const json = await call(['limit', '--store', 'memory', '--json'], { folder });

    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text.stdout).toMatch(/machine +orders +concurrency per \$\.customer +10 +0 +0/);
    expect(text.stdout).toMatch(/machine +orders +rate +50\/s/);
    expect(text.stdout).toMatch(/handler +charge +concurrency +3 +0 +0/);
    expect(JSON.parse(json.stdout).limits).toHaveLength(3);
  });

  it('limit list says when nothing is limited', async () => {
    const { stdout } = await call(['limit', 'list', '--store', 'memory']);

    expect(stdout).toMatch(/^nothing is limited: see limits in docs\/configuration\.md/);
  });
});
