/** Tests a state: what it makes of an input, step by step, with a mock or the app's handlers. */
import { useCallback, useMemo } from 'react';
import { useParams } from 'wouter';
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { stateNames } from '../../graph/folded-codec.ts';
import { GraphView } from '../../graph/graph-view.tsx';
import { useOverlayStore } from '../../graph/overlay-store.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { text, wholeNumber } from '../../url-state/codecs.ts';
import type { ValuesOf } from '../../url-state/url-state.ts';
import { useUrlState } from '../../url-state/use-url-state.ts';
import styles from './machines.module.css';
import { TestForm } from './test-form.tsx';
import { testOverlays } from './test-overlays.ts';
import { TestResult } from './test-result.tsx';
import { useStateTest } from './use-state-test.ts';

const numberMax = 999_999_999;

const testUrl = {
  version: wholeNumber(1, numberMax),
  state: text,
  /** The input of a visit in the past: an execution, and the event of the visit. */
  execution: text,
  event: wholeNumber(1, numberMax),
  fold: stateNames,
};

/** The values of the page. */
export type TestUrl = ValuesOf<typeof testUrl>;

/** The page that tests states of a machine. */
export function TestStateScreen() {
  const { machineId = '' } = useParams<{ machineId: string }>();
  const { values, faults, set } = useUrlState(testUrl);
  const call = { params: { machineId }, query: { version: values.version ?? undefined } };
  const machine = useOperation('getMachine', call, { staleMs: 60_000 });
  return (
    <>
      <UrlFaults faults={faults} />
      <PageHead
        title={`Test a state of ${machineId}`}
        heading="Test a state"
        commands={commandsFor(
          ['test-state', `${machineId}.asl.json`, ['--state', values.state]],
          'getMachine',
          call,
        )}
      >
        <span>
          <ScreenLink
            to="machine"
            params={{ machineId }}
            query={{ version: values.version ?? undefined }}
          >
            <Visible text={machineId} />
            {machine.data !== undefined && `@${machine.data.version}`}
          </ScreenLink>
        </span>
      </PageHead>
      <Loaded query={machine} rows={10}>
        {({ definition, version }) => (
          <TestPage
            machineId={machineId}
            version={version}
            definition={JSON.stringify(definition)}
            values={values}
            set={set}
          />
        )}
      </Loaded>
    </>
  );
}

interface TestPageProps {
  readonly machineId: string;
  readonly version: number;
  readonly definition: string;
  readonly values: TestUrl;
  readonly set: (changes: Partial<TestUrl>, how?: 'push' | 'replace') => void;
}

function TestPage({ machineId, version, definition, values, set }: TestPageProps) {
  const test = useStateTest(definition, values.state);
  const graph = useOperation(
    'getMachineGraph',
    { params: { machineId }, query: { version } },
    { staleMs: Number.POSITIVE_INFINITY },
  );
  const overlays = useMemo(
    () => testOverlays(values.state, test.reply),
    [values.state, test.reply],
  );
  const store = useOverlayStore(overlays);
  const onChoose = useCallback((state: string) => set({ state }, 'replace'), [set]);
  const onFold = useCallback((fold: readonly string[]) => set({ fold }, 'replace'), [set]);
  return (
    <div className={styles.split}>
      <Panel title="Choose a state" flush>
        <Loaded query={graph} rows={10}>
          {(reply) => (
            <GraphView
              graph={reply}
              label={`States of ${machineId}`}
              store={store}
              chosen={values.state}
              onChoose={onChoose}
              folded={values.fold}
              onFold={onFold}
              height="max(420px, 72vh)"
            />
          )}
        </Loaded>
      </Panel>
      <div className={styles.stack}>
        <TestForm key={`${values.execution} ${values.event}`} values={values} test={test} />
        <TestResult test={test} />
      </div>
    </div>
  );
}
