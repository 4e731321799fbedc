/** The name of the position from which adapters start that have none of their own. */
export const BASE = '*';
