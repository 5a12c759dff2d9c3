import { Button, Textarea } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatDuration, prettyJson } from '../../ui/format.js';
import { Snippet } from '../../ui/snippet.js';
import classes from './endpoint.module.css';
import { predict, type Prediction } from './predict.js';

/** Sends a body to the live endpoint and shows the answer, how long it took, and where it comes from. */
export function TryIt({ url, example, ready }: { url: string; example: string; ready: boolean }) {
  const [body, setBody] = useState(() => prettyJson(example));
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Prediction | null>(null);
  const send = async () => {
    setBusy(true);
    setAnswer(await predict(url, body));
    setBusy(false);
  };
  return (
    <div className={classes.tryIt}>
      <Textarea
        aria-label="Request body"
        autosize
        minRows={6}
        maxRows={16}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        onKeyDown={(event) => {
          if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') void send();
        }}
      />
      <div className={classes.send}>
        <Button leftSection={<IconPlayerPlay size={14} />} loading={busy} disabled={!ready} onClick={() => void send()}>
          Send
        </Button>
        <span className="soft">{ready ? 'Ctrl Enter' : 'No revision is ready to answer yet.'}</span>
      </div>
      {answer === null ? null : (
        <div className={classes.answer} role="status" aria-label="Answer">
          <div className={classes.answerHead}>
            <span data-bad={!answer.ok}>{answer.status}</span>
            <span className="num">{formatDuration(answer.latencyMs)}</span>
            {answer.provenanceId === null ? null : (
              <Link to="/provenance/$id" params={{ id: answer.provenanceId }}>
                Provenance of this prediction
              </Link>
            )}
          </div>
          <Snippet title="Answer" code={prettyJson(answer.body)} maxHeight={260} />
        </div>
      )}
    </div>
  );
}
