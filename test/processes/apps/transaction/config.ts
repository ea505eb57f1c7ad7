import type { MillraceConfig } from '../../../../lib/config/config.ts';

/** An app with a machine that succeeds at once. */
export const config: MillraceConfig = {
  machines: {
    order: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } },
  },
};
