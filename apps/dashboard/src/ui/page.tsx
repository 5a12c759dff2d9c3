import { ActionIcon, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconMenu2, IconSearch } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { Fragment, useEffect, type ReactNode } from 'react';
import { useShellControls } from '../app/shell-controls.js';
import classes from './page.module.css';

export interface Crumb {
  readonly label: string;
  readonly link: Pick<LinkProps, 'to' | 'params'>;
}

interface PageProps {
  readonly title: string;
  /** Pages above this one. */
  readonly crumbs?: readonly Crumb[];
  /** Beside the title: state, id. */
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
  /** Fills the window and scrolls inside itself. */
  readonly full?: boolean;
  readonly children: ReactNode;
}

/** The frame of every page: bar with breadcrumbs and search, title, content. Names the browser's tab. */
export function Page({ title, crumbs = [], aside, actions, full = false, children }: PageProps) {
  const { openPalette, toggleRail } = useShellControls();
  useEffect(() => {
    document.title = `${[title, ...crumbs.map((crumb) => crumb.label).reverse()].join(' · ')} · Modelyard`;
  }, [title, crumbs]);
  return (
    <div className={`${classes.page} ${full ? classes.full : ''}`}>
      <header className={classes.bar}>
        <ActionIcon className={classes.burger} aria-label="Show navigation" onClick={toggleRail}>
          <IconMenu2 size={16} />
        </ActionIcon>
        <nav aria-label="Breadcrumbs" className={classes.crumbs}>
          {crumbs.map((crumb) => (
            <Fragment key={crumb.label}>
              <Link {...crumb.link} className={classes.crumb}>
                {crumb.label}
              </Link>
              <span className={classes.slash} aria-hidden>
                /
              </span>
            </Fragment>
          ))}
          <span aria-current="page" className={classes.here}>
            {title}
          </span>
        </nav>
        <Tooltip label="Search and commands">
          <UnstyledButton className={classes.search} onClick={openPalette}>
            <IconSearch size={14} aria-hidden />
            <VisuallyHidden>Search and commands</VisuallyHidden>
            <span className={classes.searchText} aria-hidden>
              Search
            </span>
            <kbd className={classes.key} aria-hidden>
              Ctrl K
            </kbd>
          </UnstyledButton>
        </Tooltip>
      </header>
      <div className={classes.title}>
        <h1>{title}</h1>
        {aside}
        <div className={classes.actions}>{actions}</div>
      </div>
      <div className={classes.content}>{children}</div>
    </div>
  );
}
