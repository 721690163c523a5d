import type { Receipt } from '#contracts';

/** What stands beside a paid service's own answer. */
export interface ServiceAnswer {
  receipt_id: string;
  /** What the call did cost, in credits. */
  credits_spent: number;
  receipt: Receipt;
  /** The sandbox answered: nothing of it is real but the payment. */
  sandbox?: true;
  /** A repeated key, after the service's own answer has passed its retention. */
  answer_expired?: true;
}

/** A service of the catalogue. */
export interface ServiceItem {
  name: string;
  title: string;
  description?: string;
  category: string;
  enabled: boolean;
  /** Who answers: the provider, the sandbox in its stead, or nobody until it has a secret. */
  mode: 'live' | 'sandbox' | 'needs_secret';
  source: 'deployment' | 'organization';
  typed_call?: 'search' | 'email' | 'image' | 'sms';
  /** For people to read. */
  price: string;
  max_credits_recommended: string;
  /** Its fields: type, required, default, bounds. */
  payload: Readonly<Record<string, unknown>>;
  /** What its secret consists of; empty where it needs none. */
  secret_parts: string[];
}

export interface ServiceInFull extends ServiceItem {
  definition: Readonly<Record<string, unknown>>;
}

export interface ServicesAnswer {
  services: ServiceItem[];
}

export interface ServiceRemovedAnswer {
  name: string;
  removed: true;
}
