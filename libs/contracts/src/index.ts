export * from './partition.js';
export * from './subjects.js';
export * from './headers.js';
export * from './wire.js';
export * from './http/index.js';
