import { Modal } from '@mantine/core';
import { IconArrowRight, IconBox, IconFlask, IconLayoutGrid, IconPlayerPlay, IconRocket, type Icon } from '@tabler/icons-react';
import { useNavigate, type NavigateOptions } from '@tanstack/react-router';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { useQuery } from 'urql';
import classes from './command-palette.module.css';
import { matchCommands } from './match-commands.js';
import { PALETTE, type PaletteData } from './shell.graphql.js';

interface Command {
  readonly key: string;
  readonly label: string;
  readonly kind: string;
  readonly icon: Icon;
  readonly go: NavigateOptions;
}

const PAGES: readonly Command[] = [
  { key: 'p-experiments', label: 'Experiments', kind: 'Page', icon: IconLayoutGrid, go: { to: '/experiments' } },
  { key: 'p-models', label: 'Models', kind: 'Page', icon: IconLayoutGrid, go: { to: '/models' } },
  { key: 'p-endpoints', label: 'Endpoints', kind: 'Page', icon: IconLayoutGrid, go: { to: '/endpoints' } },
  { key: 'p-governance', label: 'Governance: audit log', kind: 'Page', icon: IconLayoutGrid, go: { to: '/governance' } },
  { key: 'p-tokens', label: 'Settings: tokens', kind: 'Page', icon: IconLayoutGrid, go: { to: '/settings', search: { tab: 'tokens' } } },
  { key: 'p-projects', label: 'Settings: projects', kind: 'Page', icon: IconLayoutGrid, go: { to: '/settings', search: { tab: 'projects' } } },
];
const RUN_ID = /^[0-9a-f]{32}$/;
const SHOWN = 12;

/** Search over pages, experiments, models and endpoints; a whole run id opens the run. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const [found] = useQuery({ query: PALETTE, variables: {} });
  const navigate = useNavigate();
  const commands = useMemo(() => [...PAGES, ...toCommands(found.data)], [found.data]);
  const shown = useMemo(() => {
    const wanted = text.trim();
    const run: Command[] = RUN_ID.test(wanted) ? [{ key: 'run', label: `Run ${wanted}`, kind: 'Run', icon: IconPlayerPlay, go: { to: '/runs/$runId', params: { runId: wanted } } }] : [];
    return [...run, ...matchCommands(commands, wanted)].slice(0, SHOWN);
  }, [commands, text]);
  const at = Math.min(active, Math.max(0, shown.length - 1));
  const choose = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    void navigate(command.go);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(Math.min(at + 1, shown.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(at - 1, 0));
    else if (event.key === 'Enter') choose(shown[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} padding={0} size={560} yOffset="12vh" attributes={{ content: { 'aria-label': 'Search and commands' } }}>
      <input
        className={classes.input}
        data-autofocus
        value={text}
        placeholder="Search pages, experiments, models, endpoints, or paste a run id"
        role="combobox"
        aria-label="Search and commands"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={shown[at] === undefined ? undefined : `palette-${at}`}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="palette-list" role="listbox" aria-label="Results" className={classes.list}>
        {shown.map((command, index) => (
          <div key={command.key} id={`palette-${index}`} role="option" aria-selected={index === at} className={classes.option} onMouseMove={() => setActive(index)} onClick={() => choose(command)}>
            <command.icon size={15} stroke={1.7} aria-hidden />
            <span className="truncate">{command.label}</span>
            <span className={classes.kind}>{command.kind}</span>
            {index === at ? <IconArrowRight size={14} aria-hidden /> : null}
          </div>
        ))}
      </div>
      {shown.length === 0 ? <p className={classes.none}>Nothing has that name in this project.</p> : null}
      {found.error === undefined ? null : <p className={classes.none}>Experiments, models and endpoints could not be loaded; pages still work.</p>}
    </Modal>
  );
}

function toCommands(data: PaletteData | undefined): Command[] {
  if (data === undefined) return [];
  const { experiments, registeredModels, endpoints } = data.project;
  return [
    ...endpoints.nodes.map(({ id, name }): Command => ({ key: id, label: name, kind: 'Endpoint', icon: IconRocket, go: { to: '/endpoints/$name', params: { name } } })),
    ...registeredModels.nodes.map(({ id, name }): Command => ({ key: id, label: name, kind: 'Model', icon: IconBox, go: { to: '/models/$name', params: { name } } })),
    ...experiments.nodes.map(({ id, experimentId, name }): Command => ({ key: id, label: name, kind: 'Experiment', icon: IconFlask, go: { to: '/experiments/$experimentId', params: { experimentId } } })),
  ];
}
