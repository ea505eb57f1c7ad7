/** The page: its providers, and either the login or the frame with a screen. */
import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { Router } from 'wouter';
import { createQueryClient } from '../api/query-client.ts';
import { LiveProvider } from '../live/live-provider.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { AppFrame } from './app-frame.tsx';
import { AppProvider } from './app-info.tsx';
import { SessionGate } from './session-gate.tsx';

/** The path of the page behind a proxy, without its last slash: '' or '/ops/mill'. */
const basePath = new URL(document.baseURI).pathname.replace(/\/$/, '');

/** The whole page. */
export function App() {
  const [queries] = useState(createQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <LiveProvider>
        <SessionGate>
          <AppProvider>
            <Router base={basePath}>
              <AppFrame />
              <Toasts />
            </Router>
          </AppProvider>
        </SessionGate>
      </LiveProvider>
    </QueryClientProvider>
  );
}
