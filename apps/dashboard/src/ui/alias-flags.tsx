import { IconFlag } from '@tabler/icons-react';
import classes from './alias-flags.module.css';

/** Aliases of a version, as flags. */
export function AliasFlags({ aliases }: { aliases: readonly string[] }) {
  return (
    <span className={classes.flags}>
      {aliases.map((alias) => (
        <span key={alias} className={classes.flag}>
          <IconFlag size={12} stroke={1.8} aria-hidden />
          {alias}
        </span>
      ))}
    </span>
  );
}
