import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

/** Searches a list by name as one types. */
export function NameSearch({ value, label, onSearch }: { value: string; label: string; onSearch: (text: string | undefined) => void }) {
  const [text, setText] = useState(value);
  const [settled] = useDebouncedValue(text, 200);
  const search = useRef(onSearch);
  search.current = onSearch;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else search.current(settled === '' ? undefined : settled);
  }, [settled]);
  return <TextInput data-page-filter aria-label={label} placeholder="Search by name" leftSection={<IconSearch size={14} />} value={text} onChange={(event) => setText(event.currentTarget.value)} maw={320} mb={12} />;
}

/** The clause for "the name holds this text", in any case. */
export function nameFilter(text: string): string {
  return `name ILIKE '%${text.replaceAll("'", '').replaceAll(/[%_\\]/g, '_')}%'`;
}
