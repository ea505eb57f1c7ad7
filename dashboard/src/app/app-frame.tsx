/** The frame around every screen: navigation, head, the screen itself, and running orders. */
import { lazy, Suspense, useRef } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { usePageKeys } from '../keys/use-page-keys.ts';
import { OrderFoot } from '../orders/order-foot.tsx';
import { screens } from '../router/screens.tsx';
import { useScrollMemory } from '../router/use-scroll-memory.ts';
import { Empty } from '../ui/empty.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { scrollerId } from '../ui/table/use-virtual-rows.ts';
import styles from './app-frame.module.css';
import { NavRail } from './nav-rail.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';
import { TopBar } from './top-bar.tsx';

const FindDialog = lazy(async () => ({
  default: (await import('../find/find-dialog.tsx')).FindDialog,
}));
const KeyHelp = lazy(async () => ({ default: (await import('../keys/key-help.tsx')).KeyHelp }));

/** The frame, with the screen of the address in it. */
export function AppFrame() {
  const { open, setOpen } = usePageKeys();
  const main = useRef<HTMLElement>(null);
  const [path] = useLocation();
  useScrollMemory(main);
  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <NavRail />
      <TopBar onFind={() => setOpen('find')} onHelp={() => setOpen('help')} />
      <main ref={main} id={scrollerId} className={styles.main} tabIndex={-1}>
        <div className={styles.screen}>
          <ScreenBoundary key={path}>
            <Suspense fallback={<SkeletonRows rows={8} />}>
              <Switch>
                {screens.map(([pattern, Screen]) => (
                  <Route key={pattern} path={pattern}>
                    <Screen />
                  </Route>
                ))}
                <Route>
                  <Empty title="There is no screen at this address." />
                </Route>
              </Switch>
            </Suspense>
          </ScreenBoundary>
        </div>
      </main>
      <OrderFoot />
      <Suspense fallback={null}>
        {open === 'find' && <FindDialog onClose={() => setOpen(null)} />}
        {open === 'help' && <KeyHelp onClose={() => setOpen(null)} />}
      </Suspense>
    </div>
  );
}
