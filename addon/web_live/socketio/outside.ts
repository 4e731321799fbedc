import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Does something on behalf of another socket than that whose handler runs: what is spawned there would else end with that
 * handler.
 */
export const outside: <Result>(action: () => Result) => Result = AsyncLocalStorage.snapshot();
