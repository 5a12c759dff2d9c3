import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './experiment.module.css';
import type { RunColumnsData } from './experiment.graphql.js';
import { columnId, type ColumnKind, type RunColumn } from './run-columns.js';

const KINDS: readonly { kind: ColumnKind; label: string }[] = [
  { kind: 'metrics', label: 'Metrics' },
  { kind: 'params', label: 'Params' },
  { kind: 'tags', label: 'Tags' },
];
// Long lists are searched, not scrolled.
const SHOWN = 100;

interface ColumnPickerProps {
  readonly known: RunColumnsData['runColumns'];
  readonly chosen: readonly RunColumn[];
  readonly onChange: (columns: readonly RunColumn[]) => void;
}

/** Chooses columns by search over the keys that the experiment's runs have. */
export function ColumnPicker({ known, chosen, onChange }: ColumnPickerProps) {
  const [text, setText] = useState('');
  const ids = new Set(chosen.map(columnId));
  const toggle = (column: RunColumn) => onChange(ids.has(columnId(column)) ? chosen.filter((each) => columnId(each) !== columnId(column)) : [...chosen, column]);
  return (
    <Popover width={300} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={14} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput aria-label="Search columns" placeholder="Search metrics, params, tags" value={text} onChange={(event) => setText(event.currentTarget.value)} mb={8} />
        <div className={classes.pickerList}>
          {KINDS.map(({ kind, label }) => {
            const keys = known[kind].filter((key) => key.toLowerCase().includes(text.toLowerCase()));
            if (keys.length === 0) return null;
            return (
              <fieldset key={kind} className={classes.pickerGroup}>
                <legend>{label}</legend>
                {keys.slice(0, SHOWN).map((key) => (
                  <Checkbox key={key} size="xs" label={key} checked={ids.has(`${kind}.${key}`)} onChange={() => toggle({ kind, key })} />
                ))}
                {keys.length > SHOWN ? <p className="soft">{keys.length - SHOWN} more: search for them</p> : null}
              </fieldset>
            );
          })}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
