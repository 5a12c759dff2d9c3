import { IconFlag } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Time } from '../../ui/time.js';
import classes from './model.module.css';
import type { AliasChange } from './model.graphql.js';

/** Where each alias pointed, when, and who moved it; newest first. */
export function AliasTimeline({ name, changes }: { name: string; changes: readonly AliasChange[] }) {
  if (changes.length === 0) {
    return (
      <p className="soft">
        No alias was set yet. An alias like <code>champion</code> names the version in use; clients load <code>models:/{name}@champion</code>.
      </p>
    );
  }
  return (
    <ol className={classes.timeline}>
      {changes.map((change) => (
        <li key={change.id}>
          <IconFlag size={13} stroke={1.8} aria-hidden />
          <span>
            <strong>{change.alias}</strong> {describe(change)}
            {change.toVersion === null ? null : (
              <Link to="/models/$name/versions/$version" params={{ name, version: change.toVersion }}>
                version {change.toVersion}
              </Link>
            )}
            <br />
            <span className="soft">
              {change.changedBy}, <Time at={change.changedAt} />
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function describe({ fromVersion, toVersion }: AliasChange): string {
  if (toVersion === null) return `taken off version ${fromVersion ?? '?'}`;
  return fromVersion === null ? 'set on ' : `moved from version ${fromVersion} to `;
}
