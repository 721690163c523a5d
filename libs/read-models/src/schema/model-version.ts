/**
 * The version of the read model: what its tables are and how events fill them. Whoever changes either raises it, and the
 * projection then builds the new tables beside the live ones before it swaps them in (D10).
 */
export const MODEL_VERSION = 5;
