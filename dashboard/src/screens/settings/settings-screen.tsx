/** What this browser keeps, who is logged in, and what the deployment is. */
import { useApp } from '../../app/app-info.tsx';
import { commandsFor } from '../../commands/page-commands.ts';
import { Visible } from '../../text/visible.tsx';
import { chooseTheme, storedTheme, type Theme, themes } from '../../theme/theme.ts';
import { localZone, useZoneChoice } from '../../time/clock-store.ts';
import { FactList } from '../../ui/fact-list.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SavedViews } from './saved-views-list.tsx';
import { SessionPanel } from './session-panel.tsx';
import styles from './settings.module.css';

const themeWords: Readonly<Record<Theme, string>> = {
  auto: "The system's",
  light: 'Light',
  dark: 'Dark',
};

/** The settings. */
export function SettingsScreen() {
  const theme = storedTheme.use();
  const [zone, chooseZone] = useZoneChoice();
  return (
    <>
      <PageHead title="Settings" commands={commandsFor(['doctor'], 'getApp', {})} />
      <div className={styles.screen}>
        <Panel title="This browser">
          <div className={styles.choices}>
            <Choice
              title="Theme"
              name="theme"
              options={themes.map((each) => [each, themeWords[each]])}
              chosen={theme}
              onChoose={chooseTheme}
            />
            <Choice
              title="Times"
              name="zone"
              options={[
                ['local', localZone.replaceAll('_', ' ')],
                ['utc', 'UTC'],
              ]}
              chosen={zone}
              onChoose={chooseZone}
            />
          </div>
        </Panel>
        <SessionPanel />
        <Panel title="Saved views">
          <SavedViews />
        </Panel>
        <Deployment />
      </div>
    </>
  );
}

function Choice<Key extends string>({
  title,
  name,
  options,
  chosen,
  onChoose,
}: {
  readonly title: string;
  readonly name: string;
  readonly options: readonly (readonly [key: Key, word: string])[];
  readonly chosen: Key;
  readonly onChoose: (key: Key) => void;
}) {
  return (
    <fieldset className={styles.choice}>
      <legend>{title}</legend>
      {options.map(([key, word]) => (
        <label key={key}>
          <input type="radio" name={name} checked={key === chosen} onChange={() => onChoose(key)} />
          {word}
        </label>
      ))}
    </fieldset>
  );
}

function Deployment() {
  const { app } = useApp();
  if (app === undefined) return null;
  const { can } = app;
  const every = `asked for every ${can.askAfterMs / 1_000} s`;
  return (
    <Panel title="Deployment">
      <FactList
        facts={{
          Version: app.version,
          Deployment: app.deployment,
          Store: <Visible text={app.store} />,
          Broker: <Visible text={app.broker} />,
          Changes: can.live === 'stream' ? 'reported at once' : every,
          'State counts and figures over time': can.measure ? 'kept' : 'not kept',
          Machines: <Visible text={app.machines.map(({ id }) => id).join(', ') || '–'} />,
          Batches: <Visible text={app.batches.map(({ name }) => name).join(', ') || '–'} />,
        }}
      />
    </Panel>
  );
}
