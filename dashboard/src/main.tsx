/** Starts the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/tokens.css';
import './theme/base.css';
import { App } from './app/app.tsx';
import { followTheme } from './theme/theme.ts';

followTheme();

const root = document.getElementById('root');
if (root === null) throw new Error('expected an element with the id "root" in the page');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
