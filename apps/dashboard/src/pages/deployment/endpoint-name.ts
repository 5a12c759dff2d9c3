/** A model's name made fit for a host name: the default name of its endpoint. */
export function endpointNameOf(modelName: string): string {
  const name = modelName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name === '' ? 'model' : name;
}

/** What is wrong with an endpoint's name; null when nothing is. */
export function endpointNameFault(name: string): string | null {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return null;
  return 'Use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.';
}
