import { CopyButton } from './copy-button.js';
import classes from './snippet.module.css';

/** A block of code to copy; `title` names the language or place. */
export function Snippet({ code, title, maxHeight }: { code: string; title: string; maxHeight?: number }) {
  return (
    <figure className={classes.snippet}>
      <figcaption className={classes.caption}>
        <span className="truncate" title={title}>
          {title}
        </span>
        <CopyButton text={code} label={`Copy: ${title}`} />
      </figcaption>
      <pre className={classes.code} style={{ maxHeight }} tabIndex={0} aria-label={title}>
        {code}
      </pre>
    </figure>
  );
}
