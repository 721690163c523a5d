export { anyStep } from './random-steps/any-step.js';
export * from './prologue.js';
export type { Step } from './steps/step.js';
export * from './model-world.js';
export * from './reference-book.js';
export * from './reference-rules.js';
