/** The app of the example: its handler passes the token on, and does not wait. */
import { defineConfig } from 'millrace';
import { inbox } from './inbox.ts';

export default defineConfig({
  machines: { purchase: { definition: './purchase.asl.json' } },
  activities: ['pack'],
  handlers: {
    /** Would send an email with a link that contains the token. */
    askForApproval: async ({ purchase, token }: { purchase: string; token: string }) => {
      inbox.put(purchase, token);
    },
  },
});
