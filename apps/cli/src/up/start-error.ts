/** Something about this machine keeps the product from starting; the message is one sentence that says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
