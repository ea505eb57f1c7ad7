/** A graph as a canvas, or as an outline where the screen is narrow or a person prefers it. */
import { ListTree, Workflow } from 'lucide-react';
import { createStored } from '../app/stored.ts';
import { Button } from '../ui/button.tsx';
import { useNarrow } from '../ui/use-narrow.ts';
import { GraphCanvas, type GraphCanvasProps } from './graph-canvas.tsx';
import { GraphOutline } from './graph-outline.tsx';
import styles from './graph-view.module.css';
import { StateFinder } from './state-finder.tsx';

const storedShape = createStored<'auto' | 'canvas' | 'outline'>(
  'graph',
  ['auto', 'canvas', 'outline'],
  'auto',
);

/** Shows a graph in the shape that fits. */
export function GraphView(props: GraphCanvasProps) {
  const isNarrow = useNarrow();
  const stored = storedShape.use();
  const shape = stored === 'auto' ? (isNarrow ? 'outline' : 'canvas') : stored;
  const other = shape === 'canvas' ? 'outline' : 'canvas';
  const { graph, store, chosen, onChoose, label } = props;
  return (
    <div className={styles.view}>
      <div className={styles.switch}>
        <Button
          kind="quiet"
          icon={other === 'canvas' ? Workflow : ListTree}
          onClick={() => storedShape.set(other)}
        >
          {other === 'canvas' ? 'As a graph' : 'As an outline'}
        </Button>
        <StateFinder graph={graph} onChoose={onChoose} />
      </div>
      {shape === 'canvas' ? (
        <GraphCanvas {...props} />
      ) : (
        <GraphOutline
          graph={graph}
          store={store}
          chosen={chosen}
          onChoose={onChoose}
          label={label}
        />
      )}
    </div>
  );
}
