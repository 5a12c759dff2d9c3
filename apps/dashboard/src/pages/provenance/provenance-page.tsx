export function ProvenancePage() { return null; }
