import type { ReactNode } from 'react';
import classes from './facts.module.css';

/** Pairs of name and value, in two aligned columns. */
export function Facts({ items }: { items: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {items.map(([name, value]) => (
        <div key={name} className={classes.pair}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A part of a page, under a small heading and a hairline. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <header className={classes.heading}>
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}
