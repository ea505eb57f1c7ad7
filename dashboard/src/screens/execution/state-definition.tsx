/** The definition of one state. */
import { useOperation } from '../../api/use-operation.ts';
import { TextTools } from '../../ui/document/document-view.tsx';
import { Loaded } from '../../ui/panel.tsx';
import { findState } from './find-state.ts';

/** Shows the definition of a state in a version of its machine. */
export function StateDefinition({
  machineId,
  version,
  state,
}: {
  readonly machineId: string;
  readonly version: number;
  readonly state: string;
}) {
  const query = useOperation(
    'getMachine',
    { params: { machineId }, query: { version } },
    { staleMs: Number.POSITIVE_INFINITY },
  );
  return (
    <Loaded query={query}>
      {({ definition }) => {
        const found = findState(definition, state);
        if (found === undefined) return <p>The machine has no such state.</p>;
        return <TextTools text={JSON.stringify(found, null, 2)} label="Definition" />;
      }}
    </Loaded>
  );
}
