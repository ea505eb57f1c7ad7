/** The app: what were Lambda functions are handlers, by the names of the functions. */
import { defineConfig } from 'millrace';

interface Order {
  readonly id: string;
  readonly cents: number;
}

export default defineConfig({
  machines: { order: { definition: './order.asl.json' } },
  handlers: {
    'shop-charge': async ({ id, cents }: Order) => {
      if (cents > 100_000)
        throw Object.assign(new Error('over the limit'), { name: 'CardRefused' });
      return { receipt: `receipt of ${id}` };
    },
    'shop-ship': async ({ id }: Order) => ({ parcel: `parcel of ${id}` }),
  },
});
