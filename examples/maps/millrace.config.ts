/** The app of the example. Buckets are folders beside this file, unless `objects` names others. */
import { defineConfig } from 'millrace';

export default defineConfig({
  machines: {
    shipment: { definition: './shipment.asl.json' },
    parcel: { definition: './parcel.asl.yaml' },
    invoices: { definition: './invoices.asl.json' },
  },
  handlers: {
    price: async ({ sku, count }: { sku: string; count: number }) => sku.length * 100 * count,
    writeInvoice: async ({ customer, hours }: { customer: string; hours: string }) => ({
      customer,
      cents: Number(hours) * 9_000,
    }),
  },
});
