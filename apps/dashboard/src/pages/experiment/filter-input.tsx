import { TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { ApiError } from '../../api/api-error.js';
import classes from './experiment.module.css';
import { completeName, suggestNames } from './filter-completion.js';

interface FilterInputProps {
  readonly value: string;
  readonly names: readonly string[];
  readonly error: ApiError | null;
  readonly onSubmit: (filter: string) => void;
}

/** The search language, with completion of names and the fault marked under its character. */
export function FilterInput({ value, names, error, onSubmit }: FilterInputProps) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(value), [value]);
  const suggestions = caret === null ? [] : suggestNames(text, caret, names);
  const accept = (name: string) => {
    const completed = completeName(text, caret ?? text.length, name);
    setText(completed.text);
    setActive(-1);
    setCaret(null);
    requestAnimationFrame(() => input.current?.setSelectionRange(completed.caret, completed.caret));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const suggested = suggestions[Math.max(0, active)];
    if (event.key === 'ArrowDown' && suggestions.length > 0) setActive(Math.min(active + 1, suggestions.length - 1));
    else if (event.key === 'ArrowUp' && active >= 0) setActive(active - 1);
    else if (event.key === 'Tab' && suggested !== undefined && !event.shiftKey) accept(suggested);
    else if (event.key === 'Enter' && active >= 0 && suggested !== undefined) accept(suggested);
    else if (event.key === 'Enter') {
      setCaret(null);
      onSubmit(text.trim());
    } else if (event.key === 'Escape') {
      setCaret(null);
      setActive(-1);
      return;
    } else return;
    event.preventDefault();
  };
  return (
    <div className={classes.filter}>
      <TextInput
        ref={input}
        data-page-filter
        aria-label="Filter runs"
        placeholder={'metrics.accuracy > 0.9 and params.optimizer = "adam"'}
        leftSection={<IconFilter size={14} />}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={text}
        error={error !== null}
        aria-describedby={error === null ? undefined : 'filter-fault'}
        role="combobox"
        aria-expanded={suggestions.length > 0}
        aria-controls="filter-names"
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `filter-name-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart);
          setActive(-1);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setCaret(null);
          if (text.trim() !== value) onSubmit(text.trim());
        }}
      />
      <div id="filter-names" role="listbox" aria-label="Names" className={classes.suggestions} hidden={suggestions.length === 0}>
        {suggestions.map((name, index) => (
          <div
            key={name}
            id={`filter-name-${index}`}
            role="option"
            aria-selected={index === active}
            className={classes.suggestion}
            onMouseDown={(event) => {
              event.preventDefault();
              accept(name);
            }}
          >
            {name}
          </div>
        ))}
      </div>
      {error === null ? null : <FilterFault filter={value} error={error} />}
    </div>
  );
}

function FilterFault({ filter, error }: { filter: string; error: ApiError }) {
  const { position, message } = error;
  return (
    <div id="filter-fault" role="alert" className={classes.fault}>
      {position === null ? null : (
        <pre aria-hidden>
          {filter.slice(0, position)}
          <mark>{filter.slice(position, position + 1) || ' '}</mark>
          {filter.slice(position + 1)}
          {'\n'}
          {' '.repeat(position)}^
        </pre>
      )}
      {message}
    </div>
  );
}
