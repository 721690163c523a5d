export * from './entities.js';
export * from './book-state.js';
export * from './book.js';
