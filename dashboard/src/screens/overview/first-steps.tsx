/** What to do where nothing has run yet: three commands, and a button where there is a batch. */
import { Play } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useApp } from '../../app/app-info.tsx';
import { cliCommand } from '../../commands/commands.ts';
import { ActionBar } from '../../ui/action-bar.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './overview-screen.module.css';

const StartBatchDialog = lazy(async () => ({
  default: (await import('../batches/start-batch-dialog.tsx')).StartBatchDialog,
}));

/** The first steps. */
export function FirstSteps() {
  const { app } = useApp();
  const batches = app?.batches ?? [];
  const [isStarting, setStarting] = useState(false);
  const name = batches[0]?.name ?? 'NAME';
  const machine = app?.machines[0]?.id ?? 'MACHINE';
  const steps = [
    ['Start a batch of the configuration', cliCommand('batch', 'start', name)],
    ['Start one execution', cliCommand('execution', 'start', machine, ['--input', '{}'])],
    ['Check the deployment', 'millrace doctor'],
  ] as const;
  return (
    <Panel>
      <Empty title="Nothing has run yet.">
        <ul className={styles.steps}>
          {steps.map(([what, command]) => (
            <li key={command} className={styles.step}>
              <span>
                <small>{what}</small>
                <code>{command}</code>
              </span>
              <CopyButton text={command} what="the command" />
            </li>
          ))}
        </ul>
        {batches.length > 0 && (
          <ActionBar
            actions={[
              {
                word: batches.length === 1 ? `Start ${name}…` : 'Start a batch…',
                needs: 'operate',
                kind: 'primary',
                icon: Play,
                onSelect: () => setStarting(true),
              },
            ]}
          />
        )}
      </Empty>
      <Suspense fallback={null}>
        {isStarting && <StartBatchDialog onClose={() => setStarting(false)} />}
      </Suspense>
    </Panel>
  );
}
