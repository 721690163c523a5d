export * from './money.js';
export * from './declines.js';
export * from './limits.js';
export * from './events.js';
export * from './commands.js';
