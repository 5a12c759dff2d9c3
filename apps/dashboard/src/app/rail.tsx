import { ActionIcon, Menu, Tooltip, UnstyledButton, VisuallyHidden, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconBox, IconChevronDown, IconFlask, IconLogout, IconMoon, IconRocket, IconSettings, IconShieldCheck, IconSun, type Icon } from '@tabler/icons-react';
import { Link, useRouterState, type LinkProps } from '@tanstack/react-router';
import { projectPrefix } from './location.js';
import { Mark } from './mark.js';
import { useSession } from './session.js';
import classes from './shell.module.css';

const ITEMS: readonly { to: LinkProps['to']; label: string; icon: Icon }[] = [
  { to: '/experiments', label: 'Experiments', icon: IconFlask },
  { to: '/models', label: 'Models', icon: IconBox },
  { to: '/endpoints', label: 'Endpoints', icon: IconRocket },
  { to: '/governance', label: 'Governance', icon: IconShieldCheck },
  { to: '/settings', label: 'Settings', icon: IconSettings },
];

// Pages that belong to a part without standing below its path.
const PARTS: readonly [RegExp, string][] = [
  [/\/runs\/[^/]+$/, 'Experiments'],
  [/\/provenance\/[^/]+$/, 'Endpoints'],
];

/** The left rail: which project, which part of it, who am I. */
export function Rail({ open, onClose }: { open: boolean; onClose: () => void }) {
  const currentPart = useRouterState({ select: ({ location }) => PARTS.find(([pattern]) => pattern.test(location.pathname))?.[1] });
  return (
    <>
      <div className={classes.backdrop} data-open={open} onClick={onClose} aria-hidden />
      <aside className={classes.rail} data-open={open} aria-label="Navigation">
        <ProjectSwitcher />
        <nav aria-label="Main" style={{ display: 'grid', gap: 2 }}>
          {ITEMS.map(({ to, label, icon: ItemIcon }) => (
            <Link key={label} to={to} className={classes.item} onClick={onClose} activeOptions={{ exact: false, includeSearch: false }} data-part={currentPart === label}>
              <ItemIcon size={16} stroke={1.7} aria-hidden />
              {label}
            </Link>
          ))}
        </nav>
        <RailFoot />
      </aside>
    </>
  );
}

function ProjectSwitcher() {
  const { place, viewer, organizations, project } = useSession();
  const { organization } = viewer;
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.switcher}>
          <Mark size={24} />
          <span className={classes.names}>
            <span className={`${classes.project} truncate`} style={{ display: 'block' }}>
              {project.name}
            </span>
            <span className={`${classes.organization} truncate`} style={{ display: 'block' }}>
              {organization.name}
            </span>
          </span>
          <VisuallyHidden>Switch project</VisuallyHidden>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown style={{ maxHeight: '70vh', overflowY: 'auto' }}>
        <Menu.Label>Projects of {organization.name}</Menu.Label>
        {organization.projects.map(({ id, name }) => (
          <Menu.Item key={id} component="a" href={`${projectPrefix(place.basePath, organization.slug, name)}/experiments`} aria-current={name === project.name ? 'true' : undefined} fw={name === project.name ? 600 : undefined}>
            {name}
          </Menu.Item>
        ))}
        {organizations.length > 1 ? (
          <>
            <Menu.Divider />
            <Menu.Label>Organizations</Menu.Label>
            {organizations.map(({ id, slug, name }) => (
              <Menu.Item key={id} component="a" href={`${place.basePath}/orgs/${slug}/experiments`} aria-current={slug === organization.slug ? 'true' : undefined} fw={slug === organization.slug ? 600 : undefined}>
                {name}
              </Menu.Item>
            ))}
          </>
        ) : null}
        <Menu.Divider />
        <Menu.Item renderRoot={(props: object) => <Link {...props} to="/settings" search={{ tab: 'projects' }} />}>New project…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function RailFoot() {
  const { viewer, logOut } = useSession();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <div className={classes.foot}>
      <span className={`${classes.who} truncate`} title={viewer.name}>
        {viewer.name}
      </span>
      <Tooltip label={`Switch to ${other} colours`}>
        <ActionIcon aria-label={`Switch to ${other} colours`} onClick={() => setColorScheme(other)}>
          {scheme === 'dark' ? <IconSun size={16} /> : <IconMoon size={16} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Log out">
        <ActionIcon aria-label="Log out" onClick={() => void logOut()}>
          <IconLogout size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
