/** Commands that hold all words of the text, those that start with it first. Order is kept otherwise. */
export function matchCommands<C extends { readonly label: string; readonly kind: string }>(commands: readonly C[], text: string): C[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const whole = text.toLowerCase();
  const matching = commands.filter(({ label, kind }) => words.every((word) => `${label} ${kind}`.toLowerCase().includes(word)));
  const starts = (command: C) => command.label.toLowerCase().startsWith(whole);
  return [...matching.filter(starts), ...matching.filter((command) => !starts(command))];
}
