export * from './model-steps.js';
export * from './model-world.js';
export * from './reference-book.js';
export * from './reference-rules.js';
