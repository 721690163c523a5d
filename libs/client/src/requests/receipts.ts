import type { PaymentsQuery } from './payments.js';

export type ReceiptsQuery = Omit<PaymentsQuery, 'status' | 'order'>;
