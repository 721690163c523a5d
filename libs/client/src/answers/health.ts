export interface HealthAnswer {
  status: 'ok' | 'unavailable';
  checks: Readonly<Record<string, string>>;
}
