/** A resource that was paid for here, as the published clients of x402 read it. */
export interface DiscoveredResource {
  resource: string;
  type: 'http' | 'mcp';
  x402Version: 1 | 2;
  /** The terms on which it was paid here, the newest first. */
  accepts: Record<string, unknown>[];
  lastUpdated: string;
  description?: string;
  mimeType?: string;
  serviceName?: string;
  tags?: string[];
  iconUrl?: string;
  extensions: Record<string, unknown>;
}

export interface DiscoveryPage {
  x402Version: 2;
  items: DiscoveredResource[];
  pagination: { limit: number; offset: number; total: number };
}

export interface DiscoverySearchPage {
  x402Version: 2;
  resources: DiscoveredResource[];
  /** More were found than this page shows. */
  partialResults: boolean;
  pagination: { limit: number; cursor: string | null };
}
