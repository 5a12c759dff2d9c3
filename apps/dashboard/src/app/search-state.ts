/** The part of the URL behind `?`: plain text values, so that an id that looks like a number stays as it is. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') params.set(key, value);
  }
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%60', '`');
  return text === '' ? '' : `?${text}`;
}

/** A validator that keeps the named keys, as text, and drops everything else. */
export function searchKeys<K extends string>(...keys: readonly K[]): (search: Record<string, unknown>) => Partial<Record<K, string>> {
  return (search) => {
    const kept: Partial<Record<K, string>> = {};
    for (const key of keys) {
      const value = search[key];
      if (typeof value === 'string' && value !== '') kept[key] = value;
    }
    return kept;
  };
}

/** A list in one value; keys of metrics, params and tags hold no comma. */
export function readList(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(',').filter((item) => item !== '');
}

export function writeList(items: readonly string[]): string | undefined {
  return items.length === 0 ? undefined : items.join(',');
}
