/** Keeps a screen that fails from taking the page with it. */
import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';

interface BoundaryState {
  readonly error: Error | null;
}

/** Shows what is wrong in place of a screen. */
export class ScreenBoundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: null };

  /** Called by React with what a screen has thrown. */
  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (isMissingChunk(error)) {
      return (
        <Empty title="This screen could not be loaded.">
          <p>The server is not reached, or has a newer version of this page.</p>
          <Button kind="primary" onClick={() => location.reload()}>
            Load the page again
          </Button>
        </Empty>
      );
    }
    return <ProblemNote error={error} onRetry={() => this.setState({ error: null })} />;
  }
}

/** Whether an error is that of a part of the page that is no longer there. */
export function isMissingChunk({ message }: Error): boolean {
  return /dynamically imported module|Importing a module script failed|Unable to preload/i.test(
    message,
  );
}
