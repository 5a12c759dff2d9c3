import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { Rail } from './rail.js';
import { ShellControlsContext } from './shell-controls.js';
import classes from './shell.module.css';

const CommandPalette = lazy(() => import('./command-palette.js'));

/** The frame: rail on the left, the page on the right, the palette on Ctrl/Cmd-K. */
export function Shell() {
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [railOpen, setRailOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPaletteOpen((open) => !open);
      }
      if (event.key === '/' && !isTyping(event.target)) {
        const filter = document.querySelector<HTMLInputElement>('[data-page-filter]');
        if (filter === null) return;
        event.preventDefault();
        filter.focus();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const controls = useMemo(() => ({ openPalette: () => setPaletteOpen(true), toggleRail: () => setRailOpen((open) => !open) }), []);
  return (
    <ShellControlsContext value={controls}>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <div className={classes.shell}>
        <Rail open={railOpen} onClose={() => setRailOpen(false)} />
        <main id="main" className={classes.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {paletteOpen ? (
        <Suspense fallback={null}>
          <CommandPalette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      ) : null}
    </ShellControlsContext>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
