import { Link } from '@tanstack/react-router';
import classes from './endpoint.module.css';
import type { RevisionRow } from './endpoint.graphql.js';

/** Which part of the traffic each revision takes. */
export function TrafficBar({ revisions }: { revisions: readonly RevisionRow[] }) {
  const live = revisions.filter(({ trafficPercent }) => trafficPercent > 0);
  if (live.length === 0) return <p className="soft">No revision takes traffic: calls are answered with 503 until one is ready.</p>;
  return (
    <div className={classes.traffic} role="img" aria-label={live.map((revision) => `Revision ${revision.number}: ${revision.trafficPercent} %`).join(', ')}>
      {live.map((revision, index) => (
        <div key={revision.id} className={classes.share} data-index={index} style={{ flexGrow: revision.trafficPercent }} title={`${revision.modelName} version ${revision.modelVersion}`}>
          <span className="truncate">
            r{revision.number} · {revision.trafficPercent} %
          </span>
        </div>
      ))}
    </div>
  );
}

/** The version a revision serves, as a link. */
export function VersionLink({ name, version }: { name: string; version: string }) {
  return (
    <Link to="/models/$name/versions/$version" params={{ name, version }}>
      {name} v{version}
    </Link>
  );
}
